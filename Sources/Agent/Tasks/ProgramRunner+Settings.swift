package import ExecutorKit
import Foundation
import System

extension ProgramRunner {
    /// A runner as the settings say.
    ///
    /// - Parameters:
    ///   - environment: the environment of the agent, of which programs get what is on the list.
    ///   - workingDirectory: where programs start that do not say.
    ///   - controlGroup: the cgroup in which each gets one of its own, if they do.
    /// - Throws: ``SettingsError`` when the user does not exist, `SupervisorMissingError`.
    package init(
        _ settings: Settings, environment: [String: String], workingDirectory: String, controlGroup: String?,
        clock: any Clock<Duration>
    ) throws {
        var defaults = ProgramDefaults(
            environment: EnvironmentFilter().filter(environment), workingDirectory: workingDirectory)
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
        defaults.controlGroup = controlGroup
        defaults.memoryLimit = settings.memoryLimit.map(UInt64.init)
        if let user = try ProgramUser(runAsUser: settings.runAsUser) {
            defaults.user = geteuid() == user.id ? nil : user
            // The state directory is closed to other users; “nobody” has no home that is there.
            let hasHome = FileManager.default.fileExists(atPath: user.home)
            defaults.workingDirectory = hasHome ? user.home : FileManager.default.temporaryDirectory.path
        }
        self.init(supervisor: try Self.locateSupervisor(), defaults: defaults, clock: clock)
        policy = settings.executors.policy
        logRules = settings.executors.logRules
    }
}

extension ProgramUser {
    /// The user of `run_as_user`; nil without the setting.
    ///
    /// - Throws: ``SettingsError`` when there is no such user, or programs of this process cannot become one.
    package init?(runAsUser name: String?) throws(SettingsError) {
        guard let name else { return nil }
        guard let user = ProgramUser(named: name) else {
            throw SettingsError("“run_as_user”: there is no user “\(name)” on this machine")
        }
        guard geteuid() == 0 || geteuid() == user.id else {
            throw SettingsError("“run_as_user” needs an agent that runs as root")
        }
        self = user
    }
}
