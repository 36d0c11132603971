package import ExecutorKit
import Foundation
import HumanText

/// The executors of this agent: those that came with it, and those that were found in folders.
package struct AvailableExecutors: Sendable {
    /// All that can be used, and the rules against those that must not.
    package let registry: ExecutorRegistry
    /// What is wrong with executors that are left out, and with what the settings say of executors.
    package let problems: [ExecutorError]
    /// What others can write on the way to executors that are used.
    package let warnings: [ExecutorError]
    /// The checks of all executors and of the agent itself.
    package let checks: [ResultCheck]

    /// Where executors of this machine are, besides those that were installed and those in the state folder.
    static let usualFolder = "/etc/flamenco-agent/executors.d"

    /// Looks for executors, which may wait for a disk.
    ///
    /// - Parameters:
    ///   - builtIn: those that came with the agent.
    ///   - stateDirectory: where the agent keeps its state, and may have executors; absent when it keeps none.
    ///   - installed: the folder that was installed together with the agent; beside this executable when absent.
    /// - Throws: `DuplicateExecutorError` when two that came with the agent run the same command.
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
            refusals[executor.commandName] = "disabled unless “enabled_executors” lists it"
        }
        for command in settings.disabled { refusals[command] = "disabled in “disabled_executors”" }
        registry = try ExecutorRegistry(builtIn + found.executors, disabled: refusals)

        warnings = found.warnings
        let known = Set(registry.summaries.map(\.command))
        func unknown(_ commands: [String], _ setting: String) -> [ExecutorError] {
            commands.filter { !known.contains($0) }.map {
                ExecutorError("“\(setting)”", "there is no executor “\($0)”")
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

    private static func unknownChecks(in rules: LogRules, _ known: [String]) -> [ExecutorError] {
        rules.outcomes.keys.sorted().filter { !known.contains($0) }.map { name in
            let suggestion = NearestName.to(name, among: known).map { "; did you mean “\($0)”?" } ?? ""
            return ExecutorError("“log_rules”", "there is no check “\(name)”\(suggestion)")
        }
    }

    /// Where `install.sh` puts executors: below the prefix of this executable.
    static var installedFolder: String {
        URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "libexec/flamenco-agent/executors").path
    }
}
