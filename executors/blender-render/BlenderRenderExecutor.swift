import ExecutorKit
import Synchronization

/// The operator's settings for Blender.
public struct BlenderSettings: Hashable, Sendable {
    /// Blender's exit status if a script of the job fails; 0 to continue rendering.
    public var pythonExitCode: Int
    /// The device of Cycles, as in Blender's option `--cycles-device`; if nil, determined by scene and preferences.
    public var cyclesDevice: String?
    /// Whether to report the device that Cycles renders with.
    public var watchesDevice: Bool

    /// Creates settings with default values.
    public init(pythonExitCode: Int = 1, cyclesDevice: String? = nil, watchesDevice: Bool = false) {
        self.pythonExitCode = pythonExitCode
        self.cyclesDevice = cyclesDevice
        self.watchesDevice = watchesDevice
    }
}

/// `blender-render`: runs Blender, follows its output, and checks whether it created the requested images.
///
/// Every file that Blender saves is reported as an output, every rendered or skipped frame as a step.
struct BlenderRenderExecutor: CommandExecutor, UsesKeptProgram {
    struct Parameters: Decodable, Sendable {
        /// Blender, with or without arguments.
        let exe: String
        /// More arguments, in shell syntax.
        let exeArgs: String?
        let argsBefore: [String]?
        /// Omitted if empty.
        let blendfile: String?
        let args: [String]?

        /// Blender as it is run for this command alone.
        ///
        /// - Parameter start: the program with its first arguments.
        func blender(_ start: Program, _ settings: BlenderSettings, in context: CommandContext) -> BlenderProgram {
            let blendfile = blendfile.map { $0.isEmpty ? [] : [$0] } ?? []
            return BlenderProgram(
                start: start, rest: (argsBefore ?? []) + blendfile + (args ?? []),
                pythonExitCode: settings.pythonExitCode, threads: context.processorCount,
                first: settings.watchesDevice ? ["--python", CyclesDeviceReport.path] : [],
                cyclesDevice: settings.cyclesDevice)
        }
    }

    let commandName = "blender-render"
    let taskType = "blender"
    let checks = RenderChecks.checks + SavedPictures.checks + BlenderTrouble.checks + CyclesDeviceReport.checks
    var settings = BlenderSettings()
    /// Whether lines are checked for errors that Blender survives.
    var looksForTrouble = true

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let start = try await context.program(exe: parameters.exe, exeArgs: parameters.exeArgs)
        let blender = parameters.blender(start, settings, in: context)
        if blender.leavesOutDevice {
            context.found(
                CyclesDeviceReport.deviceNotSet,
                "\"cycles_device\" is not applied: this job has arguments of its own after \"--\"")
        }
        for path in Self.outputPaths(in: blender.program.arguments) {
            // Checked before hours of rendering.
            _ = try await context.absolutePath(path, parameter: "args")
        }
        let startTime = FilePath.secondsSince1970()
        let hints = try await Self.hints(of: blender.commandLine, in: context)
        let files = try await FrameFiles(of: blender.commandLine, keepsEmpty: hints.usePlaceholders, in: context)
        let pictures = SavedPictures(in: context, hints: hints, start: startTime)
        let device = settings.watchesDevice ? CyclesDeviceReport() : nil
        // What scripts render at the start, they render for each task.
        let open = hints.mayRender ? nil : OpenBlender(parameters, start: start)
        let run = BlenderRun(
            blender, open: open?.order(alone: blender, settings, device: device, in: context), pictures: pictures,
            device: device, looksForTrouble: looksForTrouble, in: context)
        let progress = try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await pictures.look() }
            let progress = try await run.toSuccess()
            pictures.finish()
            try await group.waitForAll()
            return progress
        }
        let checks = RenderChecks(blender: blender, hints: hints, files: files, progress: progress, context: context)
        try await checks.run()
        try await Self.reportVideos(blender.commandLine, files, progress, context)
        if let summary = progress.summary {
            let warning = device?.missesGPU == true ? " on the CPU, though the scene asks for the GPU" : ""
            context.activity(summary + warning)
        }
    }

    /// Returns the output paths of frames, if they are absolute: `//` refers to the folder of the scene.
    private static func outputPaths(in arguments: [String]) -> [String] {
        zip(arguments, arguments.dropFirst()).filter { ["-o", "--render-output"].contains($0.0) }.map(\.1).filter {
            $0.hasPrefix("/") && !$0.hasPrefix("//")
        }
    }

    private static func hints(
        of commandLine: BlenderCommandLine, in context: CommandContext
    ) async throws -> ScriptHints {
        var texts: [String?] = []
        for script in commandLine.scripts {
            switch script {
            case .expression(let text): texts.append(text)
            case .file(let path):
                let bytes = path.hasPrefix("/") ? try await context.beginning(ofText: path, atMost: 256 << 10) : nil
                texts.append(bytes.map { String(decoding: $0, as: UTF8.self) })
            case .text: texts.append(nil)
            }
        }
        return ScriptHints(texts)
    }

    /// A video is an output when it is complete.
    private static func reportVideos(
        _ commandLine: BlenderCommandLine, _ files: FrameFiles, _ progress: RenderProgress, _ context: CommandContext
    ) async throws {
        guard progress.makesVideo else { return }
        for request in Set(commandLine.requests) {
            guard let video = try await files.video(of: request) else { continue }
            if video.isEmpty {
                context.found(SavedPictures.empty, "\(video.path) is empty")
            } else {
                context.outputProduced(video.path)
            }
        }
    }
}
