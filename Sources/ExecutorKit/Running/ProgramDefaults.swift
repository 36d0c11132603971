import Foundation
package import SupervisorProtocol

/// How long a program stays open for the next command that it can work for.
package struct KeepOpen: Hashable, Sendable {
    package var duration: Duration
    /// The most resident memory that it may have meanwhile, in bytes.
    package var memory: UInt64

    /// A time, and a limit.
    package init(for duration: Duration, memory: UInt64) {
        self.duration = duration
        self.memory = memory
    }
}

/// The defaults for every program, from the agent's settings.
package struct ProgramDefaults: Hashable, Sendable {
    /// From SIGTERM to SIGKILL when a process tree is told to stop.
    package var gracePeriod: Duration = .seconds(10)
    /// The total time for processes that outlive their program: half of it to end by themselves, half after SIGTERM.
    /// Then they are killed.
    package var leftoverTime: Duration = .seconds(1)
    /// The maximum total run time of a program; if nil, unlimited.
    package var timeLimit: Duration?
    /// The maximum time without output of a program; if nil, unlimited.
    package var silenceLimit: Duration?
    /// The environment of every program, to which its own variables are added.
    package var environment: [String: String]
    /// The variables that the operator sets for every program, in addition to ``environment`` and the home of ``user``.
    package var operatorVariables: [String: String] = [:]
    /// The variables that describe the task and the agent: `FLAMENCO_JOB_ID` etc., in addition to these.
    package var taskVariables: [String: String] = [:]
    /// The default working directory of programs; absolute.
    package var workingDirectory: String
    /// The nice level, -20 to 19; if nil, the agent's own.
    package var nice: Int?
    /// The I/O priority; if nil, the agent's own.
    package var ioPriority: IOPriority?
    /// The processors that programs may use; if nil, those of the agent.
    package var processors: ProcessorShare?
    /// The OOM score adjustment of programs, -1000 to 1000; if nil, the agent's own. Linux only.
    package var oomScoreAdjust: Int?
    /// The resource limits of a program.
    package var limits = ProgramLimits()
    /// The user that programs run as; if nil, the agent's.
    package var user: ProgramUser?
    /// A control group (cgroup v2) that is delegated to the agent and contains no processes itself: every program gets
    /// a group below it. Without one, process trees are ended just as reliably, but memory is not limited, and running
    /// out of it cannot be distinguished from another SIGKILL. Linux only.
    package var controlGroup: String?
    /// The memory limit of a program with its descendants, in bytes; needs a ``controlGroup`` with a memory controller.
    package var memoryLimit: UInt64?
    /// The access of programs to files and TCP; if nil, all that their user has. Their temporary files are then in
    /// their working directory.
    package var sandbox: Sandbox?
    /// How long a program that can work for several commands stays open for the next; it is run for each when absent.
    package var keepsOpen: KeepOpen?
    /// Whether processes of the same user may access supervisors, as a debugger does.
    package var supervisorsAreDebuggable = false

    /// Creates defaults with the default values.
    ///
    /// - Parameters:
    ///   - environment: if nil, the environment of this process, filtered by ``EnvironmentFilter``.
    ///   - workingDirectory: if nil, the folder for temporary files.
    package init(environment: [String: String]? = nil, workingDirectory: String? = nil) {
        self.environment = environment ?? EnvironmentFilter().filter(ProcessInfo.processInfo.environment)
        self.workingDirectory = workingDirectory ?? FileManager.default.temporaryDirectory.path
    }
}
