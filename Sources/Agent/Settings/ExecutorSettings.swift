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

    /// Takes these settings alone, for what works without a manager.
    ///
    /// - Throws: ``SettingsError`` for the first that is not allowed.
    package init(_ input: SettingsInput) throws(SettingsError) {
        var reader = SettingsReader(input: input)
        try self.init(from: &reader)
    }

    init(from reader: inout SettingsReader) throws(SettingsError) {
        folders = try reader.value(SettingKeys.executorsDirs)
        enabled = try reader.value(SettingKeys.enabledExecutors) ?? []
        disabled = try reader.value(SettingKeys.disabledExecutors) ?? []
        allowedExecutables = try reader.value(SettingKeys.allowedExecutables)
        allowedPaths = try reader.value(SettingKeys.allowedPaths)
        do {
            logRules = try LogRules(reader.value(SettingKeys.logRules) ?? [])
        } catch let problem as LogRuleProblem {
            let source = reader.effective.last?.source.description ?? "the settings"
            throw SettingsError("\(source): \(problem)")
        } catch let error as SettingsError {
            throw error
        } catch {
            throw SettingsError("\(error)")
        }
        blenderPythonExitCode = try reader.value(SettingKeys.blenderPythonExitCode, default: 1)
    }

    /// What every command has to keep to.
    package var rules: OperatorRules {
        OperatorRules(allowedExecutables: allowedExecutables, allowedPaths: allowedPaths)
    }
}
