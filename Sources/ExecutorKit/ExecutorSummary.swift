/// What there is to say of an executor without running it.
package struct ExecutorSummary: Hashable, Sendable, Encodable {
    /// A parameter of its command.
    package struct Parameter: Hashable, Sendable, Encodable {
        /// The name in jobs.
        package let name: String
        /// What it has to be, as in "a list of strings".
        package let type: String
        /// Whether the command fails without it.
        package let required: Bool
        /// What it is for, if its author says.
        package var description: String?
    }

    /// The name of the command.
    package let command: String
    /// The type of tasks that it belongs to.
    package let taskType: String
    /// The folder of an executor that is not part of the agent; absent for those that are.
    package let folder: String?
    /// What it does, if its author says.
    package let description: String?
    /// The parameters of the command.
    package let parameters: [Parameter]
    /// The rule against using it, in words.
    package let refusal: String?

    private enum CodingKeys: String, CodingKey {
        case command, folder, description, parameters, refusal
        case taskType = "task_type"
    }

    init(_ executor: some CommandExecutor, refusal: String?) {
        let external = executor as? ExternalExecutor
        command = executor.commandName
        taskType = executor.taskType
        folder = external?.folder
        description = external?.manifest.description
        parameters = external?.manifest.parameters.map(\.summary) ?? Self.parameters(of: executor)
        self.refusal = refusal
    }

    private static func parameters<Executor: CommandExecutor>(of executor: Executor) -> [Parameter] {
        ParameterProbe.parameters(of: Executor.Parameters.self)
    }
}
