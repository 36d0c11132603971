package import FlamencoAPI
import HumanText

/// The executors of an agent, found by the name of their command.
package struct ExecutorRegistry: Sendable {
    private let executors: [String: any CommandExecutor]
    /// Executors that must not be used: the rule as text, by the name of the command.
    private let disabled: [String: String]
    /// Executors that cannot be used: the reason as text, by the name of the command or its folder.
    private let leftOut: [String: String]

    /// Creates a registry of these executors.
    ///
    /// - Parameters:
    ///   - disabled: the rules that disable some of them, as text, by command name.
    ///   - leftOut: why others cannot be used, as text, by the name of their command or folder.
    /// - Throws: ``DuplicateExecutorError`` if two of them run commands of the same name.
    package init(
        _ executors: some Sequence<any CommandExecutor>, disabled: [String: String] = [:],
        leftOut: [String: String] = [:]
    ) throws(DuplicateExecutorError) {
        var byName: [String: any CommandExecutor] = [:]
        for executor in executors {
            if let other = byName.updateValue(executor, forKey: executor.commandName) {
                throw DuplicateExecutorError(
                    commandName: executor.commandName, executors: ["\(type(of: other))", "\(type(of: executor))"])
            }
        }
        self.executors = byName
        self.disabled = disabled
        self.leftOut = leftOut
    }

    /// The names of all usable commands, in alphabetical order.
    package var commandNames: [String] { executors.keys.filter { disabled[$0] == nil }.sorted() }

    /// The names of all commands, including disabled ones.
    package var knownCommands: Set<String> { Set(executors.keys) }

    /// The types of tasks that can be run, in alphabetical order.
    package var taskTypes: [String] { Set(enabled.map(\.taskType)).sorted() }

    /// All executors, including disabled ones, in alphabetical order of their commands.
    package var summaries: [ExecutorSummary] {
        executors.values.map { ExecutorSummary($0, refusal: disabled[$0.commandName]) }
            .sorted { $0.command < $1.command }
    }

    /// The checks of all executors, in alphabetical order of their commands.
    package var checks: [ResultCheck] {
        var seen: Set<String> = []
        return executors.values.sorted { $0.commandName < $1.commandName }.flatMap(\.checks)
            .filter { seen.insert($0.name).inserted }
    }

    private var enabled: [any CommandExecutor] { executors.values.filter { disabled[$0.commandName] == nil } }

    /// Returns the executor for commands of this name.
    ///
    /// - Throws: ``CommandError`` with the unknown command, the most similar one, and the available ones; or with the
    ///   rule that disables the command, or the reason why its executor was left out.
    package func executor(for commandName: String) throws(CommandError) -> any CommandExecutor {
        if let rule = disabled[commandName], executors[commandName] != nil {
            throw CommandError("the command \"\(commandName)\" is refused: \(rule)")
        }
        if let executor = executors[commandName] { return executor }
        if let reason = leftOut[commandName] {
            throw CommandError("the executor for \"\(commandName)\" was left out: \(reason)")
        }
        let suggestion = NearestName.to(commandName, among: commandNames).map { ", did you mean \"\($0)\"?" } ?? ";"
        throw CommandError(
            "unknown command \"\(commandName)\"\(suggestion) available are \(commandNames.joined(separator: ", "))")
    }

    /// Runs one command with its executor.
    ///
    /// - Throws: ``CommandError`` if there is no such executor, ``ParameterError`` if a parameter is missing or
    ///   invalid, otherwise what the executor throws.
    package func run(_ command: Command, in context: CommandContext) async throws {
        try await executor(for: command.name).run(command, in: context)
    }
}

/// Two executors run the same command.
package struct DuplicateExecutorError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name of the command.
    package let commandName: String
    /// The types of the executors that claim it.
    package let executors: [String]

    /// One sentence without a full stop.
    package var description: String {
        "two executors run the command \"\(commandName)\": \(executors.joined(separator: " and "))"
    }
}
