package import ExecutorKit
import HumanText

/// The environment of programs, made from the settings.
package struct ProgramEnvironment: Hashable, Sendable {
    /// The variables of the agent that are passed on.
    package let passed: [String: String]
    /// The variables that the operator sets, with names in braces replaced.
    package let added: [String: String]

    /// - Parameters:
    ///   - agent: the environment of the agent.
    ///   - user: the user that programs run as; absent for the agent's.
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
                    "\"environment\": \(name) refers to {\(error.name)}, but programs have no such variable"
                        + (suggestion ?? ""))
            }
        }
        self.added = added.merging(settings.gpus?.variables ?? [:]) { $1 }
    }

    private struct UnknownVariableError: Error { let name: String }

    /// Replaces names in braces with their values. Braces around anything else, as in JSON, stay as they are; a name in double
    /// braces stays in single ones.
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

    /// Refuses variables that only the agent may have.
    ///
    /// - Throws: ``SettingsError``.
    static func check(_ values: SettingValues) throws(SettingsError) {
        let place = "\(values.source(of: \.environment)): \"environment\" sets"
        for name in values.environment.keys.sorted() {
            if EnvironmentFilter.isReserved(name) {
                throw SettingsError("\(place) \(name), which only the agent may have")
            }
            if TaskVariables.names.contains(name) {
                throw SettingsError("\(place) \(name), which the agent itself sets for every program")
            }
        }
        for name in values.passEnvironment where EnvironmentFilter.isReserved(name) {
            throw SettingsError(
                "\(values.source(of: \.passEnvironment)): \"pass_environment\" has \(name), which only the agent may have"
            )
        }
    }
}
