import Foundation
package import SupervisorProtocol

/// What holds for every program that is run, unless the program says otherwise: settings of the agent.
package struct ProgramDefaults: Hashable, Sendable {
    /// From SIGTERM to SIGKILL when a process tree is told to stop.
    package var gracePeriod: Duration = .seconds(10)
    /// What the processes get in all that outlive their program: half of it to end by themselves, half after SIGTERM. Then
    /// they are killed.
    package var leftoverTime: Duration = .seconds(1)
    /// How long a program may run in all; forever when absent.
    package var timeLimit: Duration?
    /// How long a program may run without printing anything; forever when absent.
    package var silenceLimit: Duration?
    /// The environment of every program, to which its own variables are added.
    package var environment: [String: String]
    /// What the operator of the node sets for every program, on top of ``environment`` and of the home of ``user``.
    package var operatorVariables: [String: String] = [:]
    /// What every program is told about its task and the agent: `FLAMENCO_JOB_ID` and the like, on top of these.
    package var taskVariables: [String: String] = [:]
    /// Where a program starts that does not say; absolute.
    package var workingDirectory: String
    /// The nice level, -20 to 19; the agent's own when absent.
    package var nice: Int?
    /// The priority for disks; the agent's own when absent.
    package var ioPriority: IOPriority?
    /// The processors that programs may use; those of the agent when absent.
    package var processors: ProcessorShare?
    /// How willingly the kernel kills programs when memory runs out, -1000 to 1000; the agent's own when absent. Linux only.
    package var oomScoreAdjust: Int?
    /// What a program may use.
    package var limits = ProgramLimits()
    /// Whom programs run as; the agent's user when absent.
    package var user: ProgramUser?
    /// A control group (cgroup v2) that is delegated to the agent and has no processes of its own: every program gets a
    /// group below it. Without one, process trees are just as surely ended, but memory is not limited, and running out of
    /// it cannot be told from another SIGKILL. Linux only.
    package var controlGroup: String?
    /// Bytes of memory for a program and all that descends from it; needs ``controlGroup`` with a memory controller.
    package var memoryLimit: UInt64?
    /// What programs may do with files and over TCP; all that their user may when absent. They have their temporary files where
    /// they start then.
    package var sandbox: Sandbox?
    /// Whether programs of the same user may look into supervisors, as a debugger does.
    package var supervisorsAreDebuggable = false

    /// The defaults of the defaults.
    ///
    /// - Parameters:
    ///   - environment: as ``EnvironmentFilter`` lets it through from the environment of this process, when absent.
    ///   - workingDirectory: the folder for temporary files, when absent.
    package init(environment: [String: String]? = nil, workingDirectory: String? = nil) {
        self.environment = environment ?? EnvironmentFilter().filter(ProcessInfo.processInfo.environment)
        self.workingDirectory = workingDirectory ?? FileManager.default.temporaryDirectory.path
    }
}
