import System

/// What the program `task-supervisor` does. A process that does it has done nothing else before, and has one thread.
///
/// The process stands between the agent and a program that it runs. The agent starts it with one end of a socket as its
/// standard input: orders come in there, reports go back, and its end means that the agent is gone. Standard output and
/// standard error are the program's. When this process has ended, nothing is left of what the program started.
///
/// With the argument `files` it is such a program itself: it works on files as the user of programs, and its standard output
/// is a socket to the agent.
package enum TaskSupervisor {
    /// Does it, and ends the process.
    ///
    /// - Parameter arguments: those of the command line, without the name of the program.
    package static func run(_ arguments: some Collection<String>) -> Never {
        // Before the order comes: programs may not look into it, nor into the agent.
        OwnMemory.hide()
        if arguments.first == "files", var service = FileService(.standardOutput) { exit(service.run()) }
        guard let channel = ControlChannel(.standardInput) else {
            let words =
                "task-supervisor runs programs for flamenco-agent, which starts it and is not meant to be run by hand\n"
            try? BorrowedDescriptor.standardError.writeAll(words)
            exit(64)
        }
        var supervisor = Supervisor(channel: channel)
        supervisor.run()
        exit(0)
    }
}
