import CPlatform

/// Processes, by their ids.
package enum ChildProcess {
    /// How a process ended.
    package enum End: Hashable, Sendable {
        /// By itself, with this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32, coreDumped: Bool)
    }

    /// Waits for the end of a child.
    package static func wait(for process: Int32) throws(SystemError) -> End {
        var status: Int32 = 0
        try retrying { waitpid(process, &status, 0) }
        return End(status)
    }

    /// A child that has ended, of those that nobody waited for yet; nil when none has.
    ///
    /// - Parameter process: the child that is of interest; any when absent.
    /// - Throws: ``SystemError`` with `ECHILD` when there are no children.
    package static func ended(_ process: Int32 = -1) throws(SystemError) -> (process: Int32, end: End)? {
        var status: Int32 = 0
        let ended = try retrying { waitpid(process, &status, WNOHANG) }
        return ended > 0 ? (ended, End(status)) : nil
    }

    /// Waits until a child has ended, and leaves it waitable: while it is, nobody else gets its number.
    package static func waitUntilEnded(_ process: Int32) throws(SystemError) {
        var end = siginfo_t()
        try retrying { waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT) }
    }

    /// Sends a signal to a process, or with a negative number to a process group. That there is none of it is no error.
    package static func send(_ signal: Int32, to process: Int32) { _ = kill(process, signal) }

    /// Whether there is such a process, zombies included.
    package static func exists(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }

    /// Makes this process the one that processes below it come to when they lose their parent; false where the system cannot.
    package static func becomeSubreaper() -> Bool { platform_become_subreaper() == 0 }

    // MARK: Splitting

    /// Splits this process in two, which must have a single thread.
    ///
    /// - Returns: the id of the other one; 0 in that.
    package static func fork() throws(SystemError) -> Int32 { try checked(platform_fork()) }

    /// Executes a file in place of this process; comes back only when that did not work.
    package static func execute(
        _ path: String, _ arguments: borrowing CStrings, _ environment: borrowing CStrings
    ) -> SystemError {
        execve(path, arguments.pointers, environment.pointers)
        return SystemError.last
    }

    /// Begins a session of its own.
    package static func beginSession() throws(SystemError) { try checked(setsid()) }

    /// Has this process get a signal when the thread that forked it ends.
    package static func endWithParent(by signal: Int32) throws(SystemError) {
        try checked(platform_die_with_parent(signal))
    }

    /// Closes all descriptors but the standard ones at the moment of execution.
    package static func closeDescriptorsOnExecute() throws(SystemError) {
        if platform_close_on_exec_from(3) == 0 { return }
        // A kernel before 5.11.
        var directory = try Directory("/dev/fd")
        while let name = try directory.next() {
            if let number = Int32(name), number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
    }

    /// Goes on with another working directory.
    package static func enter(_ folder: String) throws(SystemError) { try checked(chdir(folder)) }
}

extension ChildProcess.End {
    init(_ status: Int32) {
        self =
            platform_exited(status)
            ? .exited(platform_exit_status(status))
            : .signalled(platform_ending_signal(status), coreDumped: platform_core_dumped(status))
    }
}

extension OpenDescriptor where Self: ~Copyable {
    /// Makes this the standard input of the process.
    package func becomeStandardInput() throws(SystemError) { try retrying { dup2(number, STDIN_FILENO) } }
}

/// Texts as C takes them: a list of pointers with a null at its end.
package struct CStrings: ~Copyable {
    package let pointers: [UnsafeMutablePointer<CChar>?]

    package init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    deinit { pointers.forEach { free($0) } }
}

// MARK: - Starting

/// A program to start as a child (man 3 posix_spawn), with no descriptor but the standard ones, and with signals as a shell has
/// them.
package struct SpawnedProgram {
    package let path: String
    package let arguments: [String]
    /// `NAME=value`.
    package let environment: [String]
    /// Where it starts; where this process is when absent.
    package var folder: String?
    /// Whether it leads a process group of its own.
    package var leadsGroup = false

    package init(_ path: String, _ arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts it.
    ///
    /// - Parameters:
    ///   - input: what it reads; nothing when absent.
    ///   - output: the number of the descriptor that becomes its standard output.
    ///   - errors: the same for its standard error.
    /// - Returns: the id of the process.
    package func start(input: Int32?, output: Int32, errors: Int32) throws(SystemError) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        if let input {
            posix_spawn_file_actions_adddup2(&actions, input, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, output, 1)
        posix_spawn_file_actions_adddup2(&actions, errors, 2)
        _ = platform_spawn_closing_from(&actions, 3)
        if let folder { _ = platform_spawn_in_folder(&actions, folder) }
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        posix_spawnattr_setpgroup(&attributes, 0)
        let flags = POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | (leadsGroup ? POSIX_SPAWN_SETPGROUP : 0)
        posix_spawnattr_setflags(&attributes, Int16(flags))
        let words = CStrings([path] + arguments)
        let variables = CStrings(environment)
        var process: Int32 = 0
        let problem = posix_spawn(&process, path, &actions, &attributes, words.pointers, variables.pointers)
        guard problem == 0 else { throw SystemError(problem) }
        return process
    }
}
