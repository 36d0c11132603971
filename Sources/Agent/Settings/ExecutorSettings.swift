package import ExecutorKit

/// Which executors there are, and what the operator of the node allows them.
package struct ExecutorSettings: Hashable, Sendable {
    /// Where executors in any language are; absent for the usual folders.
    package var folders: [String]?
    /// Commands that are used although their manifests say that they are off.
    package var enabled: [String]
    /// Commands that are not used.
    package var disabled: [String]
    package var allowedExecutables: [String]?
    package var allowedPaths: [String]?
    /// What lines of output and findings of checks mean.
    package var logRules: LogRules
    package var blenderPythonExitCode: Int
    /// What Cycles renders with; as scene and preferences say when absent.
    package var cyclesDevice: CyclesDevice?
    /// Whether the operator cares about which device Cycles renders with.
    package var watchesDevices: Bool

    /// Takes these settings alone, for what works without a manager.
    ///
    /// - Throws: ``SettingsError`` for the first that is not allowed.
    package init(_ input: SettingsInput) throws(SettingsError) {
        try self.init(SettingValues(input, of: SettingDeclarations.all(of: .executors)))
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

    /// What every command has to keep to.
    package var policy: NodePolicy {
        NodePolicy(allowedExecutables: allowedExecutables, allowedPaths: allowedPaths)
    }
}
