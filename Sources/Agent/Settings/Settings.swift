package import HTTPServer
import ManagerClient

/// The settings of an agent, checked and complete.
package struct Settings: Sendable {
    package var managerURL: String
    package var workerName: String
    package var taskTypes: [String]?
    package var stateDirectory: String?

    package var executors: ExecutorSettings

    package var api: APIName
    package var caFile: String?
    package var connectTimeout: Duration
    package var requestTimeout: Duration
    package var taskPollInterval: Duration
    package var runningPollInterval: Duration
    package var asleepPollInterval: Duration

    package var gracePeriod: Duration
    package var leftoverTime: Duration
    package var timeLimit: Duration?
    package var silenceLimit: Duration?
    package var oomScoreAdjust: Int
    package var nice: Int
    package var runAsUser: String?
    package var memoryLimit: Int?
    package var addressSpaceLimit: Int?
    package var cpuTimeLimit: Duration?
    package var openFilesLimit: Int?
    package var coreSizeLimit: Int
    package var cgroup: ControlGroupChoice

    package var onTerm: TerminationRule
    package var restartExitCode: Int?
    package var flushTime: Duration
    package var exitAfterIdle: Duration?
    package var maxTasks: Int?
    package var isEphemeral: Bool

    package var requiredPaths: [RequiredPath]
    package var minFreeSpace: Int?

    package var taskLogLimit: Int
    package var spoolLimit: Int
    package var keptTasks: Int
    package var keptSize: Int
    package var logLevel: LogLevelName
    package var logFormat: LogFormatName
    package var metricsListen: ListenAddress?

    /// Every setting with the value that holds and where it came from, in the order of the documentation.
    package let effective: [EffectiveSetting]
    /// What is not wrong, but will be from the next version on, a sentence each.
    package let warnings: [String]

    /// Takes the settings from what people said.
    ///
    /// - Parameters:
    ///   - machineName: what the worker is called when nobody named it.
    ///   - needsManager: whether it is an error that nobody named a manager.
    /// - Throws: ``SettingsError`` for the first thing that is missing or not allowed.
    package init(
        _ input: SettingsInput, machineName: String, needsManager: Bool = true
    ) throws(SettingsError) {
        var reader = SettingsReader(input: input)
        guard let managerURL = try reader.value(SettingKeys.managerURL) ?? (needsManager ? nil : "") else {
            let key = SettingKeys.managerURL
            throw SettingsError(
                "the manager is not set: say “\(key.name)” in the settings file, \(key.option) or \(key.variable), "
                    + "\(key.expected)")
        }
        do throws(ManagerURLError) {
            // Without one nothing is asked of a manager.
            self.managerURL = managerURL.isEmpty && !needsManager ? "" : try ManagerURL(managerURL).description
        } catch {
            throw SettingsError(error.description)
        }
        workerName = try reader.value(SettingKeys.workerName, default: machineName)
        taskTypes = try reader.value(SettingKeys.taskTypes)
        stateDirectory = try reader.value(SettingKeys.stateDirectory)

        executors = try ExecutorSettings(from: &reader)

        api = try reader.value(SettingKeys.api, default: .auto)
        caFile = try reader.value(SettingKeys.caFile)
        connectTimeout = try reader.value(SettingKeys.connectTimeout, default: .seconds(10))
        requestTimeout = try reader.value(SettingKeys.requestTimeout, default: .seconds(60))
        taskPollInterval = try reader.value(SettingKeys.taskPollInterval, default: .seconds(20))
        runningPollInterval = try reader.value(SettingKeys.runningPollInterval, default: .seconds(2))
        asleepPollInterval = try reader.value(SettingKeys.asleepPollInterval, default: .seconds(5))

        gracePeriod = try reader.value(SettingKeys.gracePeriod, default: .seconds(10))
        leftoverTime = try reader.value(SettingKeys.leftoverTime, default: .seconds(1))
        timeLimit = try reader.value(SettingKeys.timeLimit)
        silenceLimit = try reader.value(SettingKeys.silenceLimit)
        oomScoreAdjust = try reader.value(SettingKeys.oomScoreAdjust, default: 500)
        nice = try reader.value(SettingKeys.nice, default: 0)
        runAsUser = try reader.value(SettingKeys.runAsUser)
        memoryLimit = try reader.value(SettingKeys.memoryLimit)
        addressSpaceLimit = try reader.value(SettingKeys.addressSpaceLimit)
        cpuTimeLimit = try reader.value(SettingKeys.cpuTimeLimit)
        openFilesLimit = try reader.value(SettingKeys.openFilesLimit)
        coreSizeLimit = try reader.value(SettingKeys.coreSizeLimit, default: 0)
        cgroup = try reader.value(SettingKeys.cgroup, default: .automatic)
        if memoryLimit != nil, cgroup == .off {
            throw SettingsError("“memory_limit” needs a cgroup, and “cgroup” is “off”")
        }

        onTerm = try reader.value(SettingKeys.onTerm, default: .stop)
        restartExitCode = try reader.value(SettingKeys.restartExitCode)
        flushTime = try reader.value(SettingKeys.flushTime, default: .seconds(5))
        exitAfterIdle = try reader.value(SettingKeys.exitAfterIdle)
        maxTasks = try reader.value(SettingKeys.maxTasks)
        isEphemeral = try reader.value(SettingKeys.ephemeral, default: false)
        if isEphemeral, stateDirectory != nil {
            throw SettingsError(
                "“ephemeral” and “state_dir” contradict each other: an ephemeral agent keeps nothing; its logs wait for the"
                    + " manager in the folder for temporary files, TMPDIR")
        }
        requiredPaths = try reader.value(SettingKeys.requiredPaths) ?? []
        minFreeSpace = try reader.value(SettingKeys.minFreeSpace)

        taskLogLimit = try reader.value(SettingKeys.taskLogLimit, default: 1 << 30)
        spoolLimit = try reader.value(SettingKeys.spoolLimit, default: 4 << 30)
        keptTasks = try reader.value(SettingKeys.keptTasks, default: 50)
        keptSize = try reader.value(SettingKeys.keptSize, default: 1 << 30)
        logLevel = try reader.value(SettingKeys.logLevel, default: .info)
        logFormat = try reader.value(SettingKeys.logFormat, default: .auto)
        metricsListen = try reader.value(SettingKeys.metricsListen)
        effective = reader.effective
        warnings = input.warnings
    }
}

/// A setting with the value that holds and where it came from.
package struct EffectiveSetting: Hashable, Sendable {
    /// The name in the settings file.
    package let name: String
    /// The value as people read it; in words when nothing is set.
    package let value: String
    /// Where it came from.
    package let source: SettingSource
}
