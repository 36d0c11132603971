import ExecutorKit
import FlamencoAPI
import Foundation
import System

/// Checks which devices Cycles has in the Blender that tasks use, and which of them it would render with.
struct CyclesCheck: DoctorCheck {
    let blender: ProgramCheck
    let cyclesDevice: CyclesDevice?

    let name = "cycles"

    /// A Blender that compiles kernels for a GPU takes some time; longer checks are ended by the doctor's own limit.
    private static let limit = Duration.seconds(18)

    /// The devices reported by Blender.
    struct Devices: Decodable, Hashable {
        /// The names of the available devices by type, without the CPU.
        var kinds: [String: [String]]
        /// The device type set in the user's preferences, and the enabled devices of that type.
        var preferred: String?
        var used: [String]?
    }

    func run() async -> DoctorFinding {
        guard blender.isNeeded else { return .notApplicable("not needed by the accepted tasks") }
        do {
            var program = try await blender.program(await blender.value())
            program.arguments += ["--background", "--python", "/dev/stdin"]
            program.input = Self.script
            let outcome = try await blender.trial.run(program, limit: Self.limit)
            guard let line = outcome.lines.last(where: { $0.hasPrefix(Self.mark) }),
                let devices = try? WireJSON.decode(Devices.self, from: Data(line.dropFirst(Self.mark.count).utf8))
            else {
                return .warning(
                    "\(outcome.file) does not report the devices of Cycles: \(outcome.end)"
                        + (outcome.lines.last.map { ": \($0)" } ?? ""),
                    "run it with --background and see what it prints")
            }
            return finding(devices)
        } catch {
            return .notApplicable("Blender cannot be run")
        }
    }

    private func finding(_ devices: Devices) -> DoctorFinding {
        let found = devices.kinds.filter { !$0.value.isEmpty }.sorted { $0.key < $1.key }
            .map { "\($0.key): \($0.value.joined(separator: ", "))" }
        let words = found.isEmpty ? "Blender finds no GPU" : "Blender finds \(found.joined(separator: "; "))"
        if let cyclesDevice {
            if cyclesDevice.kind == "CPU" {
                return .ok("Cycles renders on the CPU, as \"cycles_device\" says; \(words)")
            }
            if let names = devices.kinds[cyclesDevice.kind], !names.isEmpty {
                return .ok("Cycles renders on \(cyclesDevice): \(names.joined(separator: ", "))")
            }
            return .failed(
                "\"cycles_device\" is \(cyclesDevice), but \(words): every Blender task would fail with exit status 1",
                "check that the driver, \"gpus\" and this Blender match, or set \"cycles_device\" to an available device"
            )
        }
        if let used = devices.used, !used.isEmpty, let kind = devices.preferred {
            return .ok(
                "Cycles renders on \(kind) where a scene asks for the GPU, as set in the preferences: \(used.joined(separator: ", "))"
            )
        }
        if found.isEmpty { return .ok("Cycles renders on the CPU; \(words)") }
        return .warning(
            "Cycles renders on the CPU, whatever a scene asks for: the user's preferences enable no GPU; \(words)",
            "set \"cycles_device\", for example to \(devices.kinds.keys.sorted().first { !(devices.kinds[$0] ?? []).isEmpty } ?? "CUDA")"
        )
    }

    private static let mark = "flamenco-devices "
    private static let script = """
        import bpy, json, sys

        found = {"kinds": {}}
        try:
            import _cycles
            for kind in ("CUDA", "OPTIX", "HIP", "ONEAPI"):
                try:
                    entries = _cycles.available_devices(kind)
                except Exception:
                    entries = []
                found["kinds"][kind] = [entry[0] for entry in entries if entry[1] == kind]
            preferences = bpy.context.preferences.addons["cycles"].preferences
            found["preferred"] = preferences.compute_device_type
            found["used"] = [entry.name for entry in preferences.devices
                             if entry.use and entry.type == found["preferred"]]
        except Exception:
            pass
        sys.stdout.write("\\n\(mark)" + json.dumps(found) + "\\n")
        sys.stdout.flush()
        """
}

/// Checks whether the user of programs can open the devices of GPUs.
struct GPUDevicesCheck: DoctorCheck {
    let trial: ProgramTrial
    /// Whether the settings require GPUs.
    let isNeeded: Bool
    /// The folder of the devices.
    var folder = "/dev"

    let name = "gpu devices"

    /// Prints each device, and whether it can be read and written.
    private static let script = """
        for file in "$0"/dri/render* "$0"/kfd "$0"/nvidia[0-9]* "$0"/nvidiactl "$0"/nvidia-uvm; do
            [ -e "$file" ] || continue
            if [ -r "$file" ] && [ -w "$file" ]; then echo "yes $file"; else echo "no $file"; fi
        done
        """

    func run() async -> DoctorFinding {
        do {
            // Run like a program: as its user, with that user's groups.
            let lines = try await trial.withoutPolicy.run(Program("/bin/sh", ["-c", Self.script, folder])).lines
            let open = lines.filter { $0.hasPrefix("yes ") }.map { $0.dropFirst(4) }
            let closed = lines.filter { $0.hasPrefix("no ") }.map { $0.dropFirst(3) }
            if lines.isEmpty {
                guard isNeeded else { return .notApplicable("none in \(folder)") }
                return .warning(
                    "none in \(folder), but the settings require GPUs",
                    "check that the driver is loaded, or correct \"gpus\" and \"cycles_device\"")
            }
            guard closed.isEmpty else {
                return DoctorFinding(
                    status: isNeeded ? .failed : .warning,
                    finding: "the user of programs cannot open \(closed.joined(separator: ", "))",
                    advice:
                        "add the user to the groups of these files, usually with \"usermod -aG video,render USER\", and "
                        + "restart the agent")
            }
            return .ok("the user of programs can open \(open.joined(separator: ", "))")
        } catch {
            return .notApplicable("programs cannot be run")
        }
    }
}

/// Checks whether the hooks of the settings can be run.
struct HooksCheck: DoctorCheck {
    let hooks: Hooks
    let programs: Result<ProgramRunner, any Error>
    var isRoot = geteuid() == 0

    let name = "hooks"

    func run() async -> DoctorFinding {
        if hooks.all.isEmpty { return .notApplicable("\"hooks\" is not set") }
        var words: [String] = []
        var doubts: [String] = []
        for hook in hooks.all {
            do {
                let file = try await file(of: hook)
                words.append("\(hook.moment.rawValue) \(file)")
                guard isRoot, hook.user == .agent else { continue }
                let found = try await BlockingWork.run("look at \(file)", limit: ProgramTrial.limit) { _ in
                    try PathTrust().doubts(about: file)
                }
                doubts += found.filter { !$0.isCustomary }.map {
                    "\($0.path) is writable by \($0.who), and the agent runs as root"
                }
            } catch {
                return .failed(
                    "\(hook.moment.rawValue): \(error)", "create it, make it executable, or correct \"hooks\"")
            }
        }
        guard let first = doubts.first else { return .ok(words.joined(separator: ", ")) }
        return .warning(
            "\(words.joined(separator: ", ")); \(first)",
            "make root its owner, and remove write permission for group and others")
    }

    private func file(of hook: Hooks.Hook) async throws -> String {
        let program = Program(hook.command[0])
        let programs = try programs.get()
        let environment = programs.environment(of: program)
        return try await BlockingWork.run("look at \(hook.command[0])", limit: ProgramTrial.limit) { _ in
            let file = try program.findExecutable(environment: environment, workingDirectory: "/")
            guard try FileStatus(file, followingLinks: true)?.kind == .file, FileSystem.canAccess(file, X_OK) else {
                throw ProgramError(executable: file, reason: .system(errno: FileSystem.exists(file) ? EACCES : ENOENT))
            }
            return file
        }
    }
}
