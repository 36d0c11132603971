package import ExecutorKit
import Foundation
import System

extension ProgramRunner {
    /// Creates a runner from the settings.
    ///
    /// - Parameters:
    ///   - environment: the environment of the agent, from which programs get the allowed variables.
    ///   - workingDirectory: the default working directory of programs.
    ///   - stateDirectory: the agent's state directory, which programs in a sandbox do not see; nil if it does not
    ///     exist yet.
    ///   - groups: where programs get their own cgroups, if they do.
    /// - Throws: ``SettingsError`` if the user or a processor does not exist, or the sandbox is not possible;
    ///   `SupervisorMissingError`.
    package init(
        _ settings: Settings, environment: [String: String], workingDirectory: String, stateDirectory: String?,
        groups: ProgramGroups?, clock: any Clock<Duration>
    ) throws {
        let user = try ProgramUser(renderUser: settings.renderUser)
        let variables = try ProgramEnvironment(settings, agent: environment, user: user)
        var defaults = ProgramDefaults(environment: variables.passed, workingDirectory: workingDirectory)
        defaults.operatorVariables = variables.added
        defaults.taskVariables = TaskVariables.about(worker: settings.workerName, manager: settings.managerURL)
        defaults.gracePeriod = settings.gracePeriod
        defaults.leftoverTime = settings.leftoverTime
        defaults.timeLimit = settings.timeLimit
        defaults.silenceLimit = settings.silenceLimit
        defaults.nice = settings.nice
        defaults.oomScoreAdjust = settings.oomScoreAdjust
        defaults.limits = ProgramLimits(
            addressSpace: settings.addressSpaceLimit.map(UInt64.init),
            cpuSeconds: settings.cpuTimeLimit.map { UInt64($0.components.seconds) },
            openFiles: settings.openFilesLimit.map(UInt64.init), coreSize: UInt64(settings.coreSizeLimit))
        defaults.controlGroup = groups?.path
        defaults.memoryLimit = settings.memoryLimit.map { UInt64(clamping: $0.bytes) }
        defaults.ioPriority = settings.ioNice
        if let cpus = settings.cpus {
            defaults.processors = ProcessorShare(
                try cpus.processors(of: ProcessorChoice.available), groupControl: groups?.processorControl)
        }
        // Processor time counts from the start of a process, and so over all tasks of one that stays open.
        if settings.keepBlenderOpen > .zero, settings.cpuTimeLimit == nil {
            let memory = (settings.keepBlenderMemory ?? .percent(50)).bytes
            defaults.keepsOpen = KeepOpen(for: settings.keepBlenderOpen, memory: UInt64(clamping: memory))
        }
        defaults.supervisorsAreDebuggable = settings.debugDumpable
        if let user {
            defaults.user = geteuid() == user.id ? nil : user
            // The state directory is not accessible to other users; the home of "nobody" does not exist.
            let hasHome = user.home != "/" && FileManager.default.fileExists(atPath: user.home)
            defaults.workingDirectory = hasHome ? user.home : FileManager.default.temporaryDirectory.path
        }
        let supervisor = try Self.locateSupervisor()
        defaults.sandbox = try SandboxPlan(
            settings: settings, programs: defaults, stateDirectory: stateDirectory, supervisor: supervisor
        ).sandbox()
        self.init(supervisor: supervisor, defaults: defaults, clock: clock)
        policy = settings.executors.policy
        logRules = settings.executors.logRules
    }
}
