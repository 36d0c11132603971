import System

/// The program `task-supervisor`. Its process has done nothing else before, and has one thread.
///
/// The process runs between the agent and a program. The agent starts it with one end of a socket as its standard
/// input: orders are received there, reports are sent back, and its end means that the agent is gone. Standard output
/// and standard error are the program's. When this process has ended, nothing is left of what the program started.
///
/// With the argument `files` it is such a program itself: it performs file operations as the user of programs, and its
/// standard output is a socket to the agent.
package enum TaskSupervisor {
    /// Runs the program, and exits.
    ///
    /// - Parameter arguments: the command line arguments, without the program name.
    package static func run(_ arguments: some Collection<String>) -> Never {
        // Before the order is received: programs may access neither this process nor the agent.
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
