import FileWork
import SupervisorProtocol
import System

/// The start of a program, in a forked child of this process.
struct Launch {
    /// The process that will execute the program.
    let process: Int32
    /// Receives a ``LaunchError``, or is closed when the program was executed. Closed by ``close()``.
    let outcome: BorrowedDescriptor
    /// Where the program's standard input comes from, if that stays open.
    let input: BorrowedDescriptor?

    /// Forks this process; the child sets itself up and executes the program.
    static func begin(_ order: LaunchOrder, group: ControlGroup?) throws(LaunchError) -> Launch {
        do throws(SystemError) {
            var pipe = try SystemPipe()
            let input = order.keepsInputOpen ? try StandardInput.openPipe() : nil
            let supervisor = getpid()
            let agentUser = geteuid()
            Signals.block(true)
            defer { Signals.block(false) }
            let process = try ChildProcess.fork()
            if process == 0 {
                let failure = become(
                    order, input: input?.reader, group: group, supervisor: supervisor, agentUser: agentUser)
                try? pipe.writer.writeAll(
                    Int32(failure.step.rawValue).littleEndianBytes + failure.errno.littleEndianBytes)
                _exit(127)
            }
            if let input { _ = Descriptor(owning: input.reader.number) }
            return Launch(
                process: process, outcome: BorrowedDescriptor(pipe.reader.take().release()), input: input?.writer)
        } catch {
            throw LaunchError(.fork, error)
        }
    }

    /// Returns why the program did not start, once ``outcome`` is readable; nil if it did.
    func failure() -> LaunchError? {
        guard let bytes = try? outcome.read(atMost: 8), bytes.count == 8,
            let step = LaunchError.Step(rawValue: bytes[0])
        else { return nil }
        return LaunchError(step: step, errno: Int32(littleEndianBytes: bytes[4...]))
    }

    /// Must be called after ``outcome`` was read.
    func close() { _ = Descriptor(owning: outcome.number) }

    // MARK: In the child

    /// Sets up this process as ordered and executes the program; returns only if something failed.
    private static func become(
        _ order: LaunchOrder, input: BorrowedDescriptor?, group: ControlGroup?, supervisor: Int32, agentUser: UInt32
    ) -> LaunchError {
        var step = LaunchError.Step.session
        do throws(SystemError) {
            Signals.reset()
            try ChildProcess.beginSession()
            step = .controlGroup
            try group?.enter()
            step = .input
            try StandardInput.replace(by: order.input, or: input)
            step = .oomScore
            if let adjustment = order.oomScoreAdjust {
                // The files in `/proc` of a protected process belong to root, so the protection is removed for a
                // moment: the process contains nothing but the order.
                try OwnMemory.keepingVisibility { () throws(SystemError) in
                    OwnMemory.show()
                    try FileSystem.put("\(adjustment)", into: "/proc/self/oom_score_adj")
                }
            }
            step = .nice
            if let nice = order.nice { try ResourceLimit.setNice(nice) }
            step = .processors
            if let processors = order.processors { try Processors.use(processors.map(Int.init)) }
            step = .ioPriority
            switch order.ioPriority {
            case .level(let level): try ResourceLimit.setDiskPriority(level: Int32(level))
            case .idle: try ResourceLimit.setIdleDiskPriority()
            case nil: break
            }
            step = .nice
            // The agent's unit allows Swift's Dispatch a lower one.
            try ResourceLimit.forbidLowerNice()
            step = .limits
            try limit(order.limits)
            step = .user
            if let user = order.user {
                try SystemUser.become(user: user.id, group: user.group, groups: user.groups)
            }
            // As the user of the program, because root may not access other users' folders on network storage.
            step = .workingDirectory
            try ChildProcess.enter(order.workingDirectory)
            // If the supervisor is killed, at least the program itself is killed too. This is reliable here, because
            // the signal depends on the thread that forked, and the supervisor has only one; changing the user would
            // reset it.
            step = .descriptors
            try ChildProcess.endWithParent(by: SIGKILL)
            if getppid() != supervisor { _exit(127) }
            try ChildProcess.closeDescriptorsOnExecute()
        } catch {
            return LaunchError(step, error)
        }
        do throws(LaunchError) { try confine(order) } catch { return error }
        return execute(order, PathTrust(user: agentUser))
    }

    /// Removes what the program must not have from the process.
    private static func confine(_ order: LaunchOrder) throws(LaunchError) {
        if let sandbox = order.sandbox { try Confinement.enter(sandbox) }
        do throws(SystemError) { try Privileges.giveUp() } catch { throw LaunchError(.privileges, error) }
    }

    private static func limit(_ limits: LaunchOrder.Limits) throws(SystemError) {
        if let seconds = limits.cpuSeconds { try ResourceLimit.setCPUTime(seconds: seconds) }
        if let count = limits.openFiles { try ResourceLimit.setOpenFiles(count) }
        if let bytes = limits.coreSize { try ResourceLimit.setCoreSize(bytes) }
        if let bytes = limits.addressSpace { try ResourceLimit.setAddressSpace(bytes) }
    }

    /// - Parameter trust: who may have write access to a script.
    private static func execute(_ order: LaunchOrder, _ trust: PathTrust) -> LaunchError {
        let arguments = CStrings(order.arguments)
        let environment = CStrings(order.environment)
        Signals.unblockAll()
        let error: SystemError
        if let allowed = order.allowedExecutables {
            let path =
                order.executable.hasPrefix("/") ? order.executable : "\(order.workingDirectory)/\(order.executable)"
            let file = AllowedExecutable(path, AllowedPlaces(allowed), trust)
            let refusal = file.execute(arguments, environment)
            if let step = refusal.step { return LaunchError(step, refusal.error) }
            error = refusal.error
        } else {
            error = ChildProcess.execute(order.executable, arguments, environment)
        }

        guard let status = try? FileStatus(of: order.executable) else { return LaunchError(.execute, error) }
        // The file exists, so the kernel's message would be misleading.
        switch error.number {
        case ENOENT: return LaunchError(.interpreter, error)
        case EACCES where status.kind == .folder: return LaunchError(.execute, SystemError(EISDIR))
        // Checks the access rights of the user only.
        case EACCES where order.sandbox != nil && FileSystem.canAccess(order.executable, X_OK):
            return LaunchError(.outsideSandbox, error)
        default: return LaunchError(.execute, error)
        }
    }
}

extension LaunchError {
    init(_ step: Step, _ error: SystemError) { self.init(step: step, errno: error.number) }
}
