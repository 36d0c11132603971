import CPlatform

/// Processes, identified by their IDs.
package enum ChildProcess {
    /// How a process ended.
    package enum End: Hashable, Sendable {
        /// Exited with this status.
        case exited(Int32)
        /// Killed by this signal.
        case signalled(Int32, coreDumped: Bool)
    }

    /// Waits for the end of a child.
    package static func wait(for process: Int32) throws(SystemError) -> End {
        var status: Int32 = 0
        try retrying { waitpid(process, &status, 0) }
        return End(status)
    }

    /// Returns a child that has ended and was not waited for yet; nil if there is none.
    ///
    /// - Parameter process: the child to check; -1 for any.
    /// - Throws: ``SystemError`` with `ECHILD` if there are no children.
    package static func ended(_ process: Int32 = -1) throws(SystemError) -> (process: Int32, end: End)? {
        var status: Int32 = 0
        let ended = try retrying { waitpid(process, &status, WNOHANG) }
        return ended > 0 ? (ended, End(status)) : nil
    }

    /// Waits until a child has ended, and leaves it as a zombie: until it is reaped, its ID is not reused.
    package static func waitUntilEnded(_ process: Int32) throws(SystemError) {
        var end = siginfo_t()
        try retrying { waitid(P_PID, id_t(process), &end, WEXITED | WNOWAIT) }
    }

    /// Sends a signal to a process, or to a process group if the number is negative. A missing process is not an error.
    package static func send(_ signal: Int32, to process: Int32) { _ = kill(process, signal) }

    /// Whether the process exists, including zombies.
    package static func exists(_ process: Int32) -> Bool { kill(process, 0) == 0 || errno == EPERM }

    /// Makes this process the subreaper of its descendants; returns false if that is not supported.
    package static func becomeSubreaper() -> Bool { platform_become_subreaper() == 0 }

    // MARK: Forking

    /// Forks this process, which must have only one thread.
    ///
    /// - Returns: the ID of the child; 0 in the child.
    package static func fork() throws(SystemError) -> Int32 { try checked(platform_fork()) }

    /// Executes a file in place of this process; returns only if that failed.
    package static func execute(
        _ path: String, _ arguments: borrowing CStrings, _ environment: borrowing CStrings
    ) -> SystemError {
        execve(path, arguments.pointers, environment.pointers)
        return SystemError.last
    }

    /// Starts a new session.
    package static func beginSession() throws(SystemError) { try checked(setsid()) }

    /// Requests a signal for this process when the thread that forked it ends.
    package static func endWithParent(by signal: Int32) throws(SystemError) {
        try checked(platform_die_with_parent(signal))
    }

    /// Marks all descriptors but the standard ones as close-on-exec.
    package static func closeDescriptorsOnExecute() throws(SystemError) {
        if platform_close_on_exec_from(3) == 0 { return }
        // For kernels before 5.11.
        var directory = try Directory("/dev/fd")
        while let name = try directory.next() {
            if let number = Int32(name), number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
    }

    /// Changes the working directory.
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

/// Strings for C: a null-terminated list of pointers.
package struct CStrings: ~Copyable {
    package let pointers: [UnsafeMutablePointer<CChar>?]

    package init(_ texts: [String]) { pointers = texts.map { strdup($0) } + [nil] }

    deinit { pointers.forEach { free($0) } }
}

// MARK: - Spawning

/// A program to start as a child (man 3 posix_spawn), with only the standard descriptors, and with default signals like
/// from a shell.
package struct SpawnedProgram {
    package let path: String
    package let arguments: [String]
    /// `NAME=value`.
    package let environment: [String]
    /// Its working directory; if nil, that of this process.
    package var folder: String?
    /// Whether it leads a new process group.
    package var leadsGroup = false

    package init(_ path: String, _ arguments: [String], environment: [String]) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
    }

    /// Starts the program.
    ///
    /// - Parameters:
    ///   - input: the descriptor for its standard input; if nil, /dev/null.
    ///   - output: the descriptor for its standard output.
    ///   - errors: the descriptor for its standard error.
    /// - Returns: the ID of the process.
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
