package import FlamencoAPI

/// Runs one kind of command.
///
/// An executor is a value without state: everything about the current command is passed with its parameters and its
/// context. It throws if the command failed; the error is shown to users of the task, so throw ``CommandError`` with
/// one clear sentence. When the surrounding Swift task is cancelled, it should return soon; programs that it runs
/// through its context are ended automatically.
public protocol CommandExecutor: Sendable {
    /// The parameters of the command, decoded by name.
    ///
    /// Optional properties are optional parameters. Numbers are converted to strings where a string is declared.
    associatedtype Parameters: Decodable & Sendable

    /// The name of the command in jobs: `blender-render`.
    var commandName: String { get }

    /// The type of tasks that this command belongs to: `blender`, `ffmpeg`, `file-management`, `misc`.
    var taskType: String { get }

    /// What it checks besides exit statuses, by names that operators can configure; none by default.
    var checks: [ResultCheck] { get }

    /// Runs one command.
    ///
    /// - Throws: if the command failed; `CancellationError` if it was cancelled.
    func run(_ parameters: Parameters, in context: CommandContext) async throws
}

extension CommandExecutor {
    /// None.
    public var checks: [ResultCheck] { [] }

    /// Decodes the parameters of `command` and runs it.
    ///
    /// - Throws: ``ParameterError`` if a parameter is missing or invalid, ``PolicyViolation`` if an output is in a
    ///   place that the operator does not allow, otherwise what the executor throws.
    package func run(_ command: Command, in context: CommandContext) async throws {
        let parameters = try ParameterDecoder.decode(Parameters.self, from: command.parameters)
        if !(self is any UsesKeptProgram) { await context.programs.kept.close() }
        var context = context
        context.command = command.name
        context.findings = Findings()
        do {
            try await run(parameters, in: context)
        } catch {
            try? await context.finish()
            throw context.findings.combined(with: error) ?? error
        }
        do {
            try await context.finish()
        } catch {
            throw context.findings.combined(with: error) ?? error
        }
        if let failure = context.findings.combined(with: nil) { throw failure }
    }
}

/// An executor whose commands may be done by the program that is still open: it is not closed before they begin.
package protocol UsesKeptProgram: CommandExecutor {}

/// Why a command failed, in one sentence for users of the task.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    public let description: String

    /// Creates an error with a reason.
    public init(_ reason: String) { description = reason }
}
