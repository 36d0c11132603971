public import FlamencoAPI
import Wording

/// The executors that an agent has, found by the name of the command that they run.
public struct ExecutorRegistry: Sendable {
    private let executors: [String: any CommandExecutor]

    /// A registry of these executors.
    ///
    /// - Throws: ``DuplicateExecutorError`` when two of them run commands of the same name.
    public init(_ executors: some Sequence<any CommandExecutor>) throws(DuplicateExecutorError) {
        var byName: [String: any CommandExecutor] = [:]
        for executor in executors {
            if let other = byName.updateValue(executor, forKey: executor.commandName) {
                throw DuplicateExecutorError(
                    commandName: executor.commandName, executors: ["\(type(of: other))", "\(type(of: executor))"])
            }
        }
        self.executors = byName
    }

    /// The names of all commands that can be run, in alphabetical order.
    public var commandNames: [String] { executors.keys.sorted() }

    /// The types of tasks that can be run, each once, in alphabetical order.
    public var taskTypes: [String] { Set(executors.values.map(\.taskType)).sorted() }

    /// The executor for commands of this name.
    ///
    /// - Throws: ``CommandFailure`` that names the command, the one that may be meant, and those that exist.
    public func executor(for commandName: String) throws(CommandFailure) -> any CommandExecutor {
        if let executor = executors[commandName] { return executor }
        let suggestion = NearestName.to(commandName, among: commandNames).map { ", did you mean “\($0)”?" } ?? ";"
        throw CommandFailure(
            "unknown command “\(commandName)”\(suggestion) there are \(commandNames.joined(separator: ", "))")
    }

    /// Runs one command with the executor that its name asks for.
    ///
    /// - Throws: ``CommandFailure`` when there is no such executor, ``ParameterError`` when a parameter is missing or wrong,
    ///   else what the executor throws.
    public func run(_ command: Command, in context: CommandContext) async throws {
        try await executor(for: command.name).run(command, in: context)
    }
}

/// Two executors that claim the same command.
public struct DuplicateExecutorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the command.
    public let commandName: String
    /// The types of the executors that claim it.
    public let executors: [String]

    /// One sentence without a full stop.
    public var description: String {
        "two executors run the command “\(commandName)”: \(executors.joined(separator: " and "))"
    }
}
