import SupervisorProtocol
import System

extension ProgramError {
    /// One sentence without a full stop.
    public var description: String {
        switch reason {
        case .notFound(let searched):
            "cannot find \"\(executable)\": searched \(searched.joined(separator: ", "))"
        case .system(let number):
            "could not start \(executable): \(SystemError(number))"
        case .interpreterMissing:
            "could not start \(executable): the interpreter or loader that it names does not exist"
        case .workingDirectory(let folder, let number):
            "could not start \(executable) in \(folder): \(SystemError(number))"
        case .preparation(let what, let number):
            "could not start \(executable): could not \(what): \(SystemError(number))"
        case .impossible(let problem):
            "could not start \(executable): \(problem)"
        case .notAllowed(let rule):
            "did not run \(executable): \(rule)"
        case .supervisor(let problem):
            "could not run \(executable): \(problem)"
        }
    }

    /// Creates the error for a program that the supervisor could not start.
    init(executable: String, order: LaunchOrder, failure: LaunchError) {
        let reason: Reason =
            switch failure.step {
            case .execute: .system(errno: failure.errno)
            case .interpreter: .interpreterMissing
            case .notAllowed:
                .notAllowed("it was no longer in \"allowed_executables\" when it was about to start")
            case .untrustedPath:
                .notAllowed(
                    "a script has to be run by its path, and under \"allowed_executables\" only root and the user of the "
                        + "agent may be able to write it and all folders above it")
            case .workingDirectory: .workingDirectory(order.workingDirectory, errno: failure.errno)
            case .controlGroup:
                .preparation("create the control group \(order.group?.path ?? "")", errno: failure.errno)
            case .fork: .preparation("create a process for it", errno: failure.errno)
            case .session: .preparation("create a session for it", errno: failure.errno)
            case .input: .preparation("prepare its standard input", errno: failure.errno)
            case .oomScore:
                .preparation("set its oom_score_adj to \(order.oomScoreAdjust ?? 0)", errno: failure.errno)
            case .nice: .preparation("set its nice level to \(order.nice ?? 0)", errno: failure.errno)
            case .processors: .preparation("bind it to its processors", errno: failure.errno)
            case .ioPriority: .preparation("set its I/O priority", errno: failure.errno)
            case .limits: .preparation("set its resource limits", errno: failure.errno)
            case .user: .preparation("switch to user \(order.user?.id ?? 0)", errno: failure.errno)
            case .sandbox: .preparation("put it into the sandbox", errno: failure.errno)
            case .sandboxedPlace:
                .notAllowed(
                    "a folder that \"sandbox\" lets programs use has become a link to the root folder, or to the agent's "
                        + "state or settings")
            case .outsideSandbox:
                .notAllowed("\"sandbox\" does not let programs read it: add its folder to \"sandbox_read\"")
            case .privileges: .preparation("give up the agent's capabilities", errno: failure.errno)
            case .descriptors: .preparation("set up its file descriptors", errno: failure.errno)
            }
        self.init(executable: executable, reason: reason)
    }
}
