/// What a worker says of itself to a manager.
package struct WorkerProfile: Hashable, Sendable {
    /// The name that people see.
    package var name: String
    /// The types of tasks that it takes.
    package var taskTypes: [String]
    /// The software and its version.
    package var software: String

    /// Whether something starts it again when it leaves to be restarted.
    package var canRestart: Bool

    package init(name: String, taskTypes: [String], software: String, canRestart: Bool = false) {
        self.canRestart = canRestart
        self.name = name
        self.taskTypes = taskTypes
        self.software = software
    }

    /// The operating system, in the words of the contract.
    package static var platform: String {
        #if os(Linux)
            "linux"
        #elseif os(Windows)
            "windows"
        #else
            "darwin"
        #endif
    }
}
