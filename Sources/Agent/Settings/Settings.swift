import ManagerClient

/// The settings of an agent, validated and complete; each declaration in ``SettingDeclarations`` is a property.
@dynamicMemberLookup
package struct Settings: Sendable {
    /// The URL of the manager; empty when none is set and none is needed, and ``acceptedManager`` until that is looked up.
    package private(set) var managerURL: String
    package let workerName: String
    /// The file that was read; absent when there is none.
    package let path: String?
    /// Which executors there are, and what they may do.
    package let executors: ExecutorSettings
    /// The operator's programs that run at certain events.
    package let hooks: Hooks
    /// What the next version will refuse, a sentence each.
    package let warnings: [String]

    private let values: SettingValues

    /// Takes the settings from all sources.
    ///
    /// - Parameters:
    ///   - machineName: the default name of the worker.
    ///   - needsManager: whether it is an error that no manager is set.
    /// - Throws: ``SettingsError`` for the first setting that is missing or not allowed.
    package init(
        _ input: SettingsInput, machineName: String, needsManager: Bool = true
    ) throws(SettingsError) {
        values = try SettingValues(input, of: SettingDeclarations.all)
        managerURL = try Self.managerURL(values.managerURL, isNeeded: needsManager)
        workerName = values.workerName ?? machineName
        executors = try ExecutorSettings(values)
        path = input.path
        warnings = input.warnings
        try ProgramEnvironment.check(values)
        try GPUChoice.check(values)
        do {
            hooks = try Hooks(values.hooks)
        } catch {
            throw SettingsError("\(values.source(of: \.hooks)): \(error)")
        }
        if values.memoryLimit != nil, values.cgroup == .off {
            throw SettingsError("\"memory_limit\" needs a cgroup, but \"cgroup\" is \"off\"")
        }
        try Self.checkSandbox(values)
        if values.isEphemeral, managerURL == Self.acceptedManager {
            throw SettingsError(
                "\"ephemeral\" and a \"manager_url\" of \"\(Self.acceptedManager)\" contradict each other: an ephemeral agent keeps"
                    + " nothing, and no accepted manager either")
        }
        if values.isEphemeral, values.stateDirectory != nil {
            throw SettingsError(
                "\"ephemeral\" and \"state_dir\" contradict each other: an ephemeral agent keeps nothing, and undelivered"
                    + " logs only in TMPDIR, the folder for temporary files")
        }
    }

    /// Refuses settings of the sandbox without an explicit choice whether to use it.
    private static func checkSandbox(_ values: SettingValues) throws(SettingsError) {
        guard values.source(of: \.sandbox) == .builtIn else { return }
        let declared = SettingDeclarations.declared
        for (path, name) in [
            (\SettingDeclarations.sandboxRead as PartialKeyPath, declared.sandboxRead.name),
            (\.sandboxWrite, declared.sandboxWrite.name), (\.sandboxTCPPorts, declared.sandboxTCPPorts.name),
        ] where values.source(of: path) != .builtIn {
            throw SettingsError(
                "\"\(name)\" has no effect without the sandbox: set \"sandbox\" to \"paths\" or \"off\"")
        }
    }

    /// The "manager_url" that stands for the manager that the operator accepted.
    package static let acceptedManager = "auto"

    /// Whether the URL still has to be looked up, since it is that of the accepted manager.
    package var needsAcceptedManager: Bool { managerURL == Self.acceptedManager }

    /// These settings with the URL of the accepted manager, if they refer to it.
    ///
    /// - Parameters:
    ///   - stateDirectory: where the agent keeps its state.
    ///   - isNeeded: whether it is an error that no manager was accepted.
    /// - Throws: ``AcceptedManagerError``.
    package func withAcceptedManager(
        in stateDirectory: String, isNeeded: Bool = true
    ) throws(AcceptedManagerError) -> Settings {
        guard needsAcceptedManager else { return self }
        let file = AcceptedManagerFile(stateDirectory: stateDirectory)
        let accepted = try isNeeded ? file.required() : file.load()
        var settings = self
        settings.managerURL = accepted?.url ?? ""
        return settings
    }

    /// Every setting with the value that holds and where it came from, in the order of the documentation.
    package var effective: [EffectiveSetting] { values.effective }

    /// The value of a setting.
    package subscript<Value>(dynamicMember path: KeyPath<SettingDeclarations, Setting<Value>>) -> Value {
        values[dynamicMember: path]
    }

    private static func managerURL(_ url: String?, isNeeded: Bool) throws(SettingsError) -> String {
        guard let url else {
            // The caller sends no requests to a manager.
            if !isNeeded { return "" }
            let setting = SettingDeclarations.declared.managerURL
            throw SettingsError(
                "the manager is not set: set \"\(setting.name)\" in the settings file, \(setting.option) or "
                    + "\(setting.variable) to \(setting.expected)")
        }
        if url == acceptedManager { return url }
        do throws(ManagerURLError) {
            return try ManagerURL(url).description
        } catch {
            throw SettingsError(error.description)
        }
    }
}

/// The values of settings, each of which is allowed by itself.
@dynamicMemberLookup
package struct SettingValues: Sendable {
    /// The value of each setting, and where it came from.
    package private(set) var effective: [EffectiveSetting] = []

    private var values: [String: any Sendable] = [:]

    /// Takes some of the settings from all sources; the others have their defaults.
    ///
    /// - Throws: ``SettingsError`` for the first that is not allowed.
    package init(_ input: SettingsInput, of settings: [any AnySetting]) throws(SettingsError) {
        for setting in settings {
            let (value, shown) = try setting.effective(in: input)
            values[setting.name] = value
            effective.append(shown)
        }
    }

    /// The value of a setting.
    package subscript<Value>(dynamicMember path: KeyPath<SettingDeclarations, Setting<Value>>) -> Value {
        let setting = SettingDeclarations.declared[keyPath: path]
        return values[setting.name] as? Value ?? setting.standard
    }

    /// Where the value of a setting came from.
    func source(of path: PartialKeyPath<SettingDeclarations>) -> SettingSource {
        let name = (SettingDeclarations.declared[keyPath: path] as? any AnySetting)?.name
        return effective.first { $0.name == name }?.source ?? .builtIn
    }
}
