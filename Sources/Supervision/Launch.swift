import FileWork
import SupervisorProtocol
import System

/// A program on its way from a copy of this process to the executable it is to be.
struct Launch {
    /// The process that becomes the program.
    let process: Int32
    /// Tells a ``LaunchError``, or ends without a word when the program runs. Closed by ``close()``.
    let outcome: BorrowedDescriptor

    /// Splits this process in two; the other one turns itself into the program.
    static func begin(_ order: LaunchOrder, group: ControlGroup?) throws(LaunchError) -> Launch {
        do throws(SystemError) {
            var pipe = try SystemPipe()
            let supervisor = getpid()
            let agentUser = geteuid()
            Signals.block(true)
            defer { Signals.block(false) }
            let process = try ChildProcess.fork()
            if process == 0 {
                let failure = become(order, group: group, supervisor: supervisor, agentUser: agentUser)
                try? pipe.writer.writeAll(
                    Int32(failure.step.rawValue).littleEndianBytes + failure.errno.littleEndianBytes)
                _exit(127)
            }
            return Launch(process: process, outcome: BorrowedDescriptor(pipe.reader.take().release()))
        } catch {
            throw LaunchError(.fork, error)
        }
    }

    /// Why the program did not start, once ``outcome`` is readable; nil when it did.
    func failure() -> LaunchError? {
        guard let bytes = try? outcome.read(atMost: 8), bytes.count == 8,
            let step = LaunchError.Step(rawValue: bytes[0])
        else { return nil }
        return LaunchError(step: step, errno: Int32(littleEndianBytes: bytes[4...]))
    }

    /// To be called when ``outcome`` has told.
    func close() { _ = Descriptor(owning: outcome.number) }

    // MARK: In the other process

    /// Makes of this process what is ordered; comes back only when something did not work.
    private static func become(
        _ order: LaunchOrder, group: ControlGroup?, supervisor: Int32, agentUser: UInt32
    ) -> LaunchError {
        var step = LaunchError.Step.session
        do throws(SystemError) {
            Signals.reset()
            try ChildProcess.beginSession()
            step = .controlGroup
            try group?.enter()
            step = .input
            try StandardInput.replace(by: order.input)
            step = .oomScore
            if let adjustment = order.oomScoreAdjust {
                // In `/proc` the files of a process that others may not look into belong to root, so for a moment they may: it
                // holds nothing but the order.
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
            // The unit of the agent allows Swift's Dispatch a lower one.
            try ResourceLimit.forbidLowerNice()
            step = .limits
            try limit(order.limits)
            step = .user
            if let user = order.user {
                try SystemUser.become(user: user.id, group: user.group, groups: user.groups)
            }
            // As the user of the program, since root may not enter other people's folders on network storage.
            step = .workingDirectory
            try ChildProcess.enter(order.workingDirectory)
            // Should the supervisor be killed, at least the program itself goes at once. Sound here, since the signal is
            // bound to the thread that forked and the supervisor has only this one; changing the user would unset it.
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

    /// Takes from the process what the program is not to have.
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

    /// - Parameter trust: who can be trusted with the path of a script.
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
        // The file is there: the kernel's words would mislead.
        switch error.number {
        case ENOENT: return LaunchError(.interpreter, error)
        case EACCES where status.kind == .folder: return LaunchError(.execute, SystemError(EISDIR))
        // It asks for the rights of the user alone.
        case EACCES where order.sandbox != nil && FileSystem.canAccess(order.executable, X_OK):
            return LaunchError(.outsideSandbox, error)
        default: return LaunchError(.execute, error)
        }
    }
}

extension LaunchError {
    init(_ step: Step, _ error: SystemError) { self.init(step: step, errno: error.number) }
}
