import ExecutorKit
import FoundationEssentials

/// A command that a Blender which stays open can do like the commands before it, which differ from it in frames and output alone.
///
/// The order of arguments counts for Blender. So only a command is one whose arguments end with output, format and frames, each
/// once, as those of Flamenco's job types do; `driver.py` renders what these say, after all others had their effect at the start.
/// What is not certain is rendered by a Blender for this command alone.
struct OpenBlender {
    private static let outputOptions: Set<String> = ["-o", "--render-output"]
    private static let formatOptions: Set<String> = ["-F", "--render-format"]
    private static let frameOptions: Set<String> = ["-f", "--render-frame"]
    private static let animationOptions: Set<String> = ["-a", "--render-anim"]
    private static let backgroundOptions: Set<String> = ["-b", "--background"]
    /// Blender has room for 1023 bytes.
    private static let longestOutput = 1000
    /// What one order can be.
    private static let longestFrames = 16 << 10

    private let start: Program
    /// What is read at the start: the scene, and the scripts of the job.
    private let files: [String]
    /// The arguments without those that render, and those behind `--`.
    private let before: [String]
    private let behind: [String]
    private let output: String
    private let format: [String]
    private let frames: String
    private let rendering: [String]

    /// - Parameter start: the program with its first arguments.
    init?(_ parameters: BlenderRenderExecutor.Parameters, start: Program) {
        let arguments = parameters.args ?? []
        let own = arguments.prefix { $0 != "--" }
        let rendering = own.suffix(6)
        guard let blendfile = parameters.blendfile, blendfile.hasPrefix("/"), rendering.count == 6 else { return nil }
        // The frames come last, since they are rendered with what stands before them.
        let words = Array(rendering)
        guard Self.frameOptions.contains(words[4]),
            let output = [0, 2].first(where: { Self.outputOptions.contains(words[$0]) }),
            let format = [0, 2].first(where: { Self.formatOptions.contains(words[$0]) })
        else { return nil }
        let (path, formatName, frames) = (words[output + 1], words[format + 1], words[5])
        guard path.hasPrefix("/"), path.utf8.count <= Self.longestOutput,
            !OutputPattern.videoFormats.contains(formatName.uppercased()), Self.areFrames(frames)
        else { return nil }

        let before = (parameters.argsBefore ?? []) + [blendfile] + own.dropLast(6)
        let first = start.arguments + before
        let others = Self.outputOptions.union(Self.formatOptions).union(Self.frameOptions).union(Self.animationOptions)
        guard !first.contains("--"), others.isDisjoint(with: first), !Self.backgroundOptions.isDisjoint(with: first)
        else { return nil }
        let commandLine = BlenderCommandLine(first)
        if commandLine.asksForOtherThings || commandLine.blendfile != blendfile { return nil }
        let scripts = commandLine.scripts.compactMap(\.path)
        // From where others count is Blender's business.
        guard scripts.allSatisfy({ $0.hasPrefix("/") && !$0.hasPrefix("//") }) else { return nil }

        (self.start, self.files, self.before) = (start, [blendfile] + scripts, before)
        (self.output, self.format, self.frames) = (path, Array(words[format...(format + 1)]), frames)
        (self.rendering, behind) = (words, Array(arguments.dropFirst(own.count)))
    }

    /// Whether these are frames as Blender understands them, none of them below 0 as far as can be seen.
    private static func areFrames(_ text: String) -> Bool {
        guard text.utf8.count <= longestFrames else { return false }
        return text.split(separator: ",", omittingEmptySubsequences: false).allSatisfy { item in
            let bounds = item.split(separator: "..", omittingEmptySubsequences: false)
            return bounds.count <= 2
                && bounds.allSatisfy { bound in
                    let digits = "+-".contains(bound.first ?? " ") ? bound.dropFirst() : bound
                    return (1...7).contains(digits.count) && digits.allSatisfy { $0.isASCII && $0.isNumber }
                }
        }
    }

    /// The order for a Blender that stays open; nil where programs do not, or where it cannot be known that the first of the words
    /// is Blender.
    ///
    /// - Parameters:
    ///   - alone: Blender for this command alone.
    ///   - device: tells which device Cycles renders with, where somebody cares.
    func order(
        alone: BlenderProgram, _ settings: BlenderSettings, device: CyclesDeviceReport?, in context: CommandContext
    ) -> OpenOrder? {
        guard context.keepsProgramsOpen, alone.isKnown, alone.endsWithBlender else { return nil }
        var program = BlenderProgram(
            start: start, rest: before + format + ["--python-expr", Self.lastScript] + behind,
            pythonExitCode: settings.pythonExitCode, threads: context.processorCount,
            first: ["--python-expr", Self.firstScript], cyclesDevice: settings.cyclesDevice
        ).program
        let driver = [PackageResources.rendering_py, PackageResources.driver_py].map {
            String(decoding: $0, as: UTF8.self)
        }
        let script = ([device?.script].compactMap(\.self) + driver).joined(separator: "\n")
        guard let line = Self.line(script) else { return nil }
        program.input = line
        let variables = TaskVariables.about(context.task).filter { $0.key.hasPrefix("FLAMENCO_TASK_") }
        return OpenOrder(program: program, alone: alone.program, files: files) {
            [output, frames, rendering] mark in
            Self.line(
                Order(
                    mark: mark, output: output, frames: frames, arguments: rendering, variables: variables,
                    device: device?.mark)) ?? "{}\n"
        }
    }

    // MARK: The driver

    /// What `driver.py` takes.
    private struct Order: Encodable {
        /// What private lines about it begin with.
        let mark: String
        let output: String
        let frames: String
        /// Those of the command line that say the same.
        let arguments: [String]
        /// What scripts find in their environment.
        let variables: [String: String]
        /// What lines about the device of Cycles begin with.
        let device: String?
    }

    /// Takes the driver from the standard input, before any script of the job can read from there.
    private static let firstScript =
        "import json, sys, types; flamenco_agent = sys.modules['flamenco_agent'] = types.ModuleType('flamenco_agent'); "
        + "exec(json.loads(open(0, 'rb', 0, closefd=False).readline()), flamenco_agent.__dict__)"
    /// Begins with the orders, when all other arguments had their effect.
    private static let lastScript = "import flamenco_agent; flamenco_agent.serve()"

    private static func line(_ value: some Encodable) -> String? {
        (try? JSONEncoder().encode(value)).map { String(decoding: $0, as: UTF8.self) + "\n" }
    }
}
