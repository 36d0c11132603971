import ExecutorKit
import FoundationEssentials
import Synchronization

/// Makes Blender tell which device Cycles renders with, which it does not print by itself: by a script that runs before those of
/// the job, and prints a line when a rendering begins.
///
/// Blender reads the script from its standard input, so that no file has to be where Blender is: in a container, say, where this
/// comes to nothing and changes nothing.
final class CyclesDeviceReport: Sendable {
    static let deviceNotUsed = ResultCheck(
        "gpu-not-used", .warn, "a scene that asks for the GPU, but is rendered on the CPU")
    static let deviceNotSet = ResultCheck(
        "cycles-device-not-set", .warn,
        "job arguments after “--”, which keep “cycles_device” from being applied")
    static let checks = [deviceNotUsed, deviceNotSet]

    /// Where the script is for Blender.
    static let path = "/dev/stdin"

    /// Nothing else that is printed has it in it.
    private let mark = "\u{1}flamenco-device-\(UUID().uuidString) "
    private let warned = Mutex(false)

    /// Whether there was a warning that a GPU is missing, which later activities have to repeat.
    var missesGPU: Bool { warned.withLock(\.self) }

    /// What Blender says of a rendering that begins.
    struct Device: Decodable, Hashable {
        let engine: String
        /// What the scene asks for: `GPU` or `CPU`.
        var wanted: String?
        /// What stands behind `--cycles-device`.
        var override: String?
        /// The kind of GPU that the override or the preferences name.
        var kind: String?
        /// The devices of this kind that are used.
        var names: [String]?

        /// Whether a GPU is used.
        var usesGPU: Bool { kind.map { $0 != "CPU" && $0 != "NONE" } == true && names?.isEmpty == false }

        /// Whether there is none of what stands behind `--cycles-device`, at which Blender ends.
        var lacksDevice: Bool {
            override.map { $0 != "CPU" && !$0.hasSuffix("+CPU") } == true && names?.isEmpty == true
        }

        /// In words.
        var text: String {
            guard engine == "CYCLES" else { return "renders with \(engine)" }
            if lacksDevice { return "Cycles finds no device for \(override ?? "")" }
            guard usesGPU, let kind, let names else { return "renders with Cycles on the CPU" }
            return "renders with Cycles on \(override ?? kind): \(names.joined(separator: ", "))"
        }
    }

    /// The lines that the script prints; each is told as activity, and when it is not what the scene asks for, as a warning.
    func lines(in context: CommandContext) -> PrivateLines {
        PrivateLines(mark: mark) { [self] text in
            guard let device = try? JSONDecoder().decode(Device.self, from: Data(text.utf8)) else { return }
            context.activity(device.text)
            if device.engine == "CYCLES", device.wanted == "GPU", !device.usesGPU, !device.lacksDevice {
                let outcome = context.found(
                    Self.deviceNotUsed, "the scene asks for the GPU, but Cycles renders on the CPU")
                warned.withLock { $0 = $0 || outcome != .ignore }
            }
        }
    }

    /// The script. What goes wrong in it must not disturb the rendering.
    var script: String {
        """
        import bpy, json, sys

        def device(scene):
            found = {"engine": scene.render.engine}
            if found["engine"] != "CYCLES":
                return found
            import _cycles
            found["wanted"] = scene.cycles.device
            own = sys.argv[sys.argv.index("--") + 1:] if "--" in sys.argv else []
            for word, value in zip(own, own[1:] + [None]):
                if word == "--cycles-device" and value:
                    found["override"] = value
                elif word.startswith("--cycles-device="):
                    found["override"] = word.split("=", 1)[1]
            if "override" in found:
                kind = found["override"].split("+")[0]
                names = [entry[0] for entry in _cycles.available_devices(kind) if entry[1] == kind]
            elif found["wanted"] == "GPU":
                preferences = bpy.context.preferences.addons["cycles"].preferences
                kind = preferences.compute_device_type
                names = [entry.name for entry in preferences.devices if entry.use and entry.type == kind]
            else:
                return found
            found.update(kind=kind, names=names)
            return found

        @bpy.app.handlers.persistent
        def tell(scene, *_):
            try:
                line = json.dumps(device(scene or bpy.context.scene))
                if line != tell.last:
                    tell.last = line
                    sys.stdout.write("\(mark)" + line + "\\n")
                    sys.stdout.flush()
            except Exception:
                pass

        tell.last = None
        bpy.app.handlers.render_init.append(tell)
        """
    }
}
