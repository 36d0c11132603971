package import FlamencoAPI

/// Runs one kind of command.
///
/// An executor is a value without state of its own: everything about the command at hand comes with its parameters and
/// its context. It throws when the command failed; what it throws is told to the people who look at the task, so throw
/// ``CommandError`` with one clear sentence. When the surrounding Swift task is cancelled it stops soon; programs that it
/// runs through its context are ended for it.
public protocol CommandExecutor: Sendable {
    /// What the command needs to know, decoded from its parameters by name.
    ///
    /// Optional properties are optional parameters. Numbers are turned into strings where a string is declared.
    associatedtype Parameters: Decodable & Sendable

    /// The name of the command, as it stands in jobs: `blender-render`.
    var commandName: String { get }

    /// The type of tasks that this command belongs to: `blender`, `ffmpeg`, `file-management`, `misc`.
    var taskType: String { get }

    /// What it looks at besides exit statuses, by names that operators can change; none unless it says so.
    var checks: [ResultCheck] { get }

    /// Runs one command.
    ///
    /// - Throws: when the command failed; `CancellationError` when it was cancelled.
    func run(_ parameters: Parameters, in context: CommandContext) async throws
}

extension CommandExecutor {
    /// None.
    public var checks: [ResultCheck] { [] }

    /// Decodes the parameters of `command` and runs it.
    ///
    /// - Throws: ``ParameterError`` when a parameter is missing or wrong, ``PolicyViolation`` when an output is where the operator
    ///   allows none, else what the executor throws.
    package func run(_ command: Command, in context: CommandContext) async throws {
        let parameters = try ParameterDecoder.decode(Parameters.self, from: command.parameters)
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

/// Why a command failed, in one sentence for the people who look at the task.
public struct CommandError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    public let description: String

    /// A failure for the given reason.
    public init(_ reason: String) { description = reason }
}
