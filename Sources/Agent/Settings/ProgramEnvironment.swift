package import ExecutorKit
import HumanText

/// The environment of programs, as the settings have it.
package struct ProgramEnvironment: Hashable, Sendable {
    /// What they get of the agent's own.
    package let passed: [String: String]
    /// What the operator sets, names in braces replaced.
    package let added: [String: String]

    /// - Parameters:
    ///   - agent: the environment of the agent.
    ///   - user: whom programs run as; the agent's user when absent.
    /// - Throws: ``SettingsError`` when a variable refers to one that programs do not have.
    package init(
        _ settings: Settings, agent: [String: String], user: ProgramUser?
    ) throws(SettingsError) {
        let narrowed = settings.gpus?.related ?? []
        passed = EnvironmentFilter(alsoAllowing: settings.passEnvironment).filter(agent).filter {
            !narrowed.contains($0.key)
        }
        var known = passed
        if let user { (known["HOME"], known["USER"], known["LOGNAME"]) = (user.home, user.name, user.name) }
        known.merge(TaskVariables.about(worker: settings.workerName, manager: settings.managerURL)) { $1 }
        var added: [String: String] = [:]
        for (name, text) in settings.environment.sorted(by: { $0.key < $1.key }) {
            do throws(UnknownVariableError) {
                added[name] = try Self.expanded(text, known)
            } catch {
                let suggestion = NearestName.to(error.name, among: Array(known.keys)).map { "; did you mean {\($0)}?" }
                throw SettingsError(
                    "“environment”: \(name) refers to {\(error.name)}, which is no variable that programs have"
                        + (suggestion ?? ""))
            }
        }
        self.added = added.merging(settings.gpus?.variables ?? [:]) { $1 }
    }

    private struct UnknownVariableError: Error { let name: String }

    /// A text with values in place of names in braces. What is in braces and no name stays as it is, JSON for instance; so
    /// does a name in double braces, which become single ones.
    private static func expanded(_ text: String, _ known: [String: String]) throws(UnknownVariableError) -> String {
        var result = ""
        var rest = text[...]
        while let match = rest.firstMatch(of: #/\{\{([A-Za-z_]\w*)\}\}|\{([A-Za-z_]\w*)\}/#.asciiOnlyWordCharacters()) {
            result += rest[..<match.range.lowerBound]
            if let name = match.output.2 {
                guard let value = known[String(name)] else { throw UnknownVariableError(name: String(name)) }
                result += value
            } else {
                result += match.output.0.dropFirst().dropLast()
            }
            rest = rest[match.range.upperBound...]
        }
        return result + rest
    }

    /// Refuses settings that ask for what is the agent's alone.
    ///
    /// - Throws: ``SettingsError``.
    static func check(_ values: SettingValues) throws(SettingsError) {
        let place = "\(values.source(of: \.environment)): “environment” sets"
        for name in values.environment.keys.sorted() {
            if EnvironmentFilter.isReserved(name) {
                throw SettingsError("\(place) \(name), which is the agent's alone and never goes to a program")
            }
            if TaskVariables.names.contains(name) {
                throw SettingsError("\(place) \(name), which the agent sets for every program itself")
            }
        }
        for name in values.passEnvironment where EnvironmentFilter.isReserved(name) {
            throw SettingsError(
                "\(values.source(of: \.passEnvironment)): “pass_environment” has \(name), which is the agent's alone and "
                    + "never goes to a program")
        }
    }
}
