import CPlatform
import FileWork
import SupervisorProtocol

/// A program on its way from a copy of this process to the executable it is to be.
struct Launch {
    /// The process that becomes the program.
    let process: Int32
    /// Tells a ``LaunchFailure``, or ends without a word when the program runs.
    let outcome: Int32

    /// Splits this process in two; the other one turns itself into the program.
    static func begin(_ order: LaunchOrder, group: ControlGroup?) throws(LaunchFailure) -> Launch {
        var pair: [Int32] = [-1, -1]
        guard platform_pipe(&pair) == 0 else { throw LaunchFailure(step: .fork, errno: errno) }
        let supervisor = getpid()
        let agentUser = geteuid()
        Signals.block(true)
        let process = platform_fork()
        if process == 0 {
            let failure = become(order, group: group, supervisor: supervisor, agentUser: agentUser)
            var words = [Int32(failure.step.rawValue), failure.errno]
            _ = write(pair[1], &words, 8)
            _exit(127)
        }
        let problem = errno
        Signals.block(false)
        close(pair[1])
        guard process > 0 else {
            close(pair[0])
            throw LaunchFailure(step: .fork, errno: problem)
        }
        return Launch(process: process, outcome: pair[0])
    }

    /// Why the program did not start, once ``outcome`` is readable; nil when it did.
    func failure() -> LaunchFailure? {
        var words: [Int32] = [0, 0]
        let count = retryingInterrupts { read(outcome, &words, 8) }
        guard count == 8, let step = LaunchFailure.Step(rawValue: UInt8(truncatingIfNeeded: words[0])) else {
            return nil
        }
        return LaunchFailure(step: step, errno: words[1])
    }

    // MARK: In the other process

    private static func failed(_ step: LaunchFailure.Step) -> LaunchFailure { LaunchFailure(step: step, errno: errno) }

    /// Makes of this process what is ordered; comes back only when something did not work.
    private static func become(
        _ order: LaunchOrder, group: ControlGroup?, supervisor: Int32, agentUser: UInt32
    ) -> LaunchFailure {
        Signals.reset()
        guard setsid() != -1 else { return failed(.session) }
        if let problem = group?.enter() { return LaunchFailure(step: .controlGroup, errno: problem) }
        let input = StandardInput.descriptor(giving: order.input)
        guard input >= 0, dup2(input, 0) == 0 else { return failed(.input) }
        #if os(Linux)
            if let adjustment = order.oomScoreAdjust,
                let problem = put("\(adjustment)", into: "/proc/self/oom_score_adj")
            {
                return LaunchFailure(step: .oomScore, errno: problem)
            }
        #endif
        if let nice = order.nice, platform_set_nice(nice) != 0 { return failed(.nice) }
        #if os(Linux)
            // The unit of the agent allows Swift's Dispatch a lower one.
            guard platform_forbid_lower_nice() == 0 else { return failed(.nice) }
        #endif
        guard limit(order.limits) else { return failed(.limits) }
        if let user = order.user {
            guard setgroups(numericCast(user.groups.count), user.groups) == 0, setgid(user.group) == 0,
                setuid(user.id) == 0
            else { return failed(.user) }
        }
        // As the user of the program, since root may not enter other people's folders on network storage.
        guard chdir(order.workingDirectory) == 0 else { return failed(.workingDirectory) }
        #if os(Linux)
            // Should the supervisor be killed, at least the program itself goes at once. Sound here, since the signal is
            // bound to the thread that forked and the supervisor has only this one; changing the user would unset it.
            guard platform_die_with_parent(SIGKILL) == 0 else { return failed(.descriptors) }
            if getppid() != supervisor { _exit(127) }
        #endif
        guard closeOnExecute() else { return failed(.descriptors) }
        return execute(order, PathTrust(user: agentUser))
    }

    private static func limit(_ limits: LaunchOrder.Limits) -> Bool {
        (limits.cpuSeconds.map(platform_limit_cpu_time) ?? 0) == 0
            && (limits.openFiles.map(platform_limit_open_files) ?? 0) == 0
            && (limits.coreSize.map(platform_limit_core_size) ?? 0) == 0
            && (limits.addressSpace.map(platform_limit_address_space) ?? 0) == 0
    }

    /// Closes all but the standard descriptors at the moment of execution.
    private static func closeOnExecute() -> Bool {
        #if os(Linux)
            if platform_close_on_exec_from(3) == 0 { return true }
        #endif
        guard let folder = opendir("/dev/fd") else { return false }
        defer { closedir(folder) }
        while let entry = readdir(folder) {
            let number = withUnsafePointer(to: &entry.pointee.d_name) { name in
                name.withMemoryRebound(to: CChar.self, capacity: 256) { atoi($0) }
            }
            if number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
        }
        return true
    }

    /// - Parameter trust: who can be trusted with the path of a script.
    private static func execute(_ order: LaunchOrder, _ trust: PathTrust) -> LaunchFailure {
        var arguments = order.arguments.map { strdup($0) } + [nil]
        var environment = order.environment.map { strdup($0) } + [nil]
        Signals.unblock()
        if let allowed = order.allowedExecutables {
            let path =
                order.executable.hasPrefix("/") ? order.executable : "\(order.workingDirectory)/\(order.executable)"
            let file = AllowedExecutable(path, AllowedPlaces(allowed), trust)
            if let step = file.execute(&arguments, &environment) { return failed(step) }
        } else {
            execve(order.executable, &arguments, &environment)
        }

        let problem = errno
        var status = stat()
        guard stat(order.executable, &status) == 0 else { return LaunchFailure(step: .execute, errno: problem) }
        // The file is there: the kernel's words would mislead.
        switch problem {
        case ENOENT: return LaunchFailure(step: .interpreter, errno: problem)
        case EACCES where status.st_mode & S_IFMT == S_IFDIR: return LaunchFailure(step: .execute, errno: EISDIR)
        default: return LaunchFailure(step: .execute, errno: problem)
        }
    }
}
