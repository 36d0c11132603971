import ExecutorKit
import FoundationEssentials
import Synchronization

/// Makes Blender report the device that Cycles renders with, which it does not print by itself: with a script that runs
/// before those of the job, and prints a line when rendering starts.
///
/// Blender reads the script from its standard input, so that no file has to be accessible to Blender: in a container,
/// for example, this may fail without any effect.
final class CyclesDeviceReport: Sendable {
    static let deviceNotUsed = ResultCheck(
        "gpu-not-used", .warn, "a scene that asks for the GPU, but is rendered on the CPU")
    static let deviceNotSet = ResultCheck(
        "cycles-device-not-set", .warn,
        "job arguments after \"--\", which keep \"cycles_device\" from being applied")
    static let checks = [deviceNotUsed, deviceNotSet]

    /// The path of the script for Blender.
    static let path = "/dev/stdin"

    /// A text that occurs nowhere else in the output.
    let mark = "\u{1}flamenco-device-\(UUID().uuidString) "
    private let warned = Mutex(false)

    /// Whether there was a warning about a missing GPU, which later activities have to repeat.
    var missesGPU: Bool { warned.withLock(\.self) }

    /// The report at the start of rendering.
    struct Device: Decodable, Hashable {
        let engine: String
        /// The device requested by the scene: `GPU` or `CPU`.
        var wanted: String?
        /// The value of `--cycles-device`.
        var override: String?
        /// The device type in the override or the preferences.
        var kind: String?
        /// The devices of this type in use.
        var names: [String]?

        /// Whether a GPU is used.
        var usesGPU: Bool { kind.map { $0 != "CPU" && $0 != "NONE" } == true && names?.isEmpty == false }

        /// Whether there is no device as in `--cycles-device`, in which case Blender exits.
        var lacksDevice: Bool {
            override.map { $0 != "CPU" && !$0.hasSuffix("+CPU") } == true && names?.isEmpty == true
        }

        /// The report as text.
        var text: String {
            guard engine == "CYCLES" else { return "renders with \(engine)" }
            if lacksDevice { return "Cycles finds no device for \(override ?? "")" }
            guard usesGPU, let kind, let names else { return "renders with Cycles on the CPU" }
            return "renders with Cycles on \(override ?? kind): \(names.joined(separator: ", "))"
        }
    }

    /// Handles the lines of the script; each is reported as activity, and as a warning if it differs from what the
    /// scene requests.
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

    /// The script. Errors in it must not disturb rendering.
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
                    sys.stdout.write(tell.mark + line + "\\n")
                    sys.stdout.flush()
            except Exception:
                pass

        tell.mark, tell.last = "\(mark)", None
        bpy.app.handlers.render_init.append(tell)
        """
    }
}
