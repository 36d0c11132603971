package import ExecutorKit
import Foundation
import HumanText

/// The executors of this agent: built-in ones, and those found in folders.
package struct AvailableExecutors: Sendable {
    /// The executors that can be used, and the rules that disable others.
    package let registry: ExecutorRegistry
    /// Problems of executors that cannot be used, and of settings about executors.
    package let problems: [ExecutorError]
    /// Files and folders of executors in use that other users can write.
    package let warnings: [ExecutorError]
    /// The checks of all executors and of the agent itself.
    package let checks: [ResultCheck]

    /// The folder for executors of this machine, besides the installed ones and those in the state folder.
    static let usualFolder = "/etc/flamenco-agent/executors.d"

    /// Finds the executors; may wait for a disk.
    ///
    /// - Parameters:
    ///   - builtIn: the executors that are part of the agent.
    ///   - stateDirectory: the agent's state directory, which may contain executors; nil if it has none.
    ///   - installed: the folder installed together with the agent; if nil, relative to this executable.
    /// - Throws: `DuplicateExecutorError` if two built-in executors run the same command.
    package init(
        builtIn: [any CommandExecutor], settings: ExecutorSettings, stateDirectory: String?, installed: String? = nil
    ) throws {
        let folders =
            settings.folders?.map { ExternalExecutors.SearchFolder($0, mustExist: true) }
            ?? [installed ?? Self.installedFolder, Self.usualFolder, stateDirectory.map { $0 + "/executors" }]
            .compactMap(\.self).map {
                ExternalExecutors.SearchFolder($0, mustExist: false)
            }
        let found = ExternalExecutors(in: folders, builtIn: builtIn.map(\.commandName), asRoot: geteuid() == 0)

        var refusals: [String: String] = [:]
        for executor in found.executors where !executor.isEnabled && !settings.enabled.contains(executor.commandName) {
            refusals[executor.commandName] = "disabled unless \"enabled_executors\" lists it"
        }
        for command in settings.disabled { refusals[command] = "disabled in \"disabled_executors\"" }
        let leftOut = found.faults.map { (Self.folderName(of: $0.path), $0.description) }
        registry = try ExecutorRegistry(
            builtIn + found.executors, disabled: refusals, leftOut: Dictionary(leftOut) { first, _ in first })

        warnings = found.warnings
        let known = registry.knownCommands
        func unknown(_ commands: [String], _ setting: String) -> [ExecutorError] {
            commands.filter { !known.contains($0) }.map {
                ExecutorError("\"\(setting)\"", "there is no executor \"\($0)\"")
            }
        }
        let checks = registry.checks + [.previewNotMade]
        self.checks = checks
        problems =
            found.faults + unknown(settings.enabled, "enabled_executors")
            + unknown(settings.disabled, "disabled_executors")
            + unknown(settings.logRules.lines.flatMap { $0.commands ?? [] }, "log_rules")
            + Self.unknownChecks(in: settings.logRules, checks.map(\.name))
    }

    /// The name of the folder of an executor, which is that of its command as a rule.
    private static func folderName(of path: String) -> String {
        let parts = path.split(separator: "/").map(String.init)
        return (parts.last == ExecutorManifest.fileName ? parts.dropLast().last : parts.last) ?? path
    }

    private static func unknownChecks(in rules: LogRules, _ known: [String]) -> [ExecutorError] {
        rules.outcomes.keys.sorted().filter { !known.contains($0) }.map { name in
            let suggestion = NearestName.to(name, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            return ExecutorError("\"log_rules\"", "there is no check \"\(name)\"\(suggestion)")
        }
    }

    /// The folder where `install.sh` puts executors: below the prefix of this executable.
    static var installedFolder: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "libexec/flamenco-agent/executors").path
    }
}
