package import ExecutorKit

/// Which executors there are, and what the operator of the machine lets them do.
package struct ExecutorSettings: Hashable, Sendable {
    /// The folders with executors in any language; absent for the usual ones.
    package var folders: [String]?
    /// Commands to use although their manifests turn them off.
    package var enabled: [String]
    /// Commands not to use.
    package var disabled: [String]
    package var allowedExecutables: [String]?
    package var allowedPaths: [String]?
    /// What lines of output and findings of checks mean.
    package var logRules: LogRules
    package var blenderPythonExitCode: Int
    /// The device that Cycles renders with; absent to leave it to scene and preferences.
    package var cyclesDevice: CyclesDevice?
    /// Whether to check which device Cycles renders with.
    package var watchesDevices: Bool

    /// Takes only these settings, for what works without a manager.
    ///
    /// - Throws: ``SettingsError`` for the first that is not allowed.
    package init(_ input: SettingsInput) throws(SettingsError) {
        try self.init(SettingValues(input, of: SettingDeclarations.all(of: .executors, .gpus)))
    }

    init(_ values: SettingValues) throws(SettingsError) {
        folders = values.executorsDirs
        enabled = values.enabledExecutors
        disabled = values.disabledExecutors
        allowedExecutables = values.allowedExecutables
        allowedPaths = values.allowedPaths
        blenderPythonExitCode = values.blenderPythonExitCode
        cyclesDevice = values.cyclesDevice
        watchesDevices = values.cyclesDevice != nil || values.gpus != nil
        do {
            logRules = try LogRules(values.logRules)
        } catch {
            throw SettingsError("\(values.source(of: \.logRules)): \(error)")
        }
    }

    /// The rules for every command.
    package var policy: NodePolicy {
        NodePolicy(allowedExecutables: allowedExecutables, allowedPaths: allowedPaths)
    }
}
