import ExecutorKit
import Synchronization

/// `blender-render`: runs Blender and follows what it prints.
///
/// Every file that Blender saves is reported as an output, every frame that it renders or skips as a step.
struct BlenderRenderExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// Blender, with or without arguments.
        let exe: String
        /// More arguments, as in a shell.
        let exeArgs: String?
        let argsBefore: [String]?
        let blendfile: String?
        let args: [String]?

        func program(exeIsFile: Bool = false) throws -> Program {
            let blendfile = blendfile.map { [$0] } ?? []
            return try Program(
                exe: exe, isFile: exeIsFile, exeArgs: exeArgs, (argsBefore ?? []) + blendfile + (args ?? []))
        }
    }

    let commandName = "blender-render"
    let taskType = "blender"

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let program = try parameters.program(exeIsFile: await context.isFile(exe: parameters.exe))
        for path in Self.outputPaths(in: program.arguments) {
            // Before hours of rendering.
            _ = try await context.absolutePath(path, parameter: "args")
        }
        let progress = Mutex(RenderProgress(totalFrames: BlenderFrames.count(in: program.arguments)))
        let time = context.clock.stopwatch()

        do {
            try await context.runToSuccess(program) { line in
                guard let output = BlenderOutput(line) else { return }
                switch progress.withLock({ $0.report(on: output, at: time()) }) {
                case .activity(let text): context.activity(text)
                case .output(let path): context.outputProduced(path)
                case .step:
                    context.stepCompleted()
                    if let fraction = progress.withLock(\.fraction) { context.progress(fraction) }
                case nil: break
                }
            }
        } catch let failure as CommandFailure {
            guard let reason = progress.withLock({ $0.lastError }) else { throw failure }
            throw CommandFailure("\(failure): \(reason)")
        }
        if let summary = progress.withLock({ $0.summary }) { context.activity(summary) }
    }

    /// Where Blender is told to put frames, as far as that is an absolute path: `//` is about the folder of the scene.
    private static func outputPaths(in arguments: [String]) -> [String] {
        zip(arguments, arguments.dropFirst()).filter { ["-o", "--render-output"].contains($0.0) }.map(\.1).filter {
            $0.hasPrefix("/") && !$0.hasPrefix("//")
        }
    }
}
