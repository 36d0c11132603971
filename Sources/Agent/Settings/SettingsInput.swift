import CommandLineOptions
import FlamencoAPI
import HumanText

/// The sources of settings, in the order of precedence: command line, environment, file.
package struct SettingsInput: Sendable {
    private let options: [String: String]
    private let environment: [String: String]
    private let file: SettingsFile?

    /// Puts the sources together.
    ///
    /// - Parameters:
    ///   - options: the values given on the command line, by the names of the settings.
    ///   - environment: the environment of the process.
    ///   - file: the settings file, if there is one.
    /// - Throws: ``SettingsError`` when the file or the environment has a setting that does not exist.
    package init(
        options: [String: String], environment: [String: String], file: SettingsFile?
    ) throws(SettingsError) {
        self.options = options
        self.environment = environment.filter { $0.key.hasPrefix("FLAMENCO_AGENT_") }
        self.file = file
        let names = SettingDeclarations.all.map(\.name)
        for name in (file?.values.keys ?? [:].keys).sorted() where !names.contains(name) {
            throw SettingsError(
                "\(file?.path ?? ""): there is no setting \"\(name)\"" + Self.suggestion(for: name, among: names))
        }
        let variables = SettingDeclarations.all.map(\.variable) + ["FLAMENCO_AGENT_SETTINGS"]
        for name in self.environment.keys.sorted() where !variables.contains(name) {
            throw SettingsError(
                "there is no setting for the environment variable \(name)"
                    + Self.suggestion(for: name, among: variables))
        }
    }

    /// The value of a setting and where it came from; absent when it is not set.
    ///
    /// - Throws: ``SettingsError`` when the value is not allowed.
    func value<Value>(
        of names: SettingNames, _ kind: SettingKind<Value>
    ) throws(SettingsError) -> (value: Value, source: SettingSource)? {
        func check(_ value: Value?, _ place: String, came: String) throws(SettingsError) -> Value {
            guard let value else { throw SettingsError("\(place) should be \(kind.expected), but is \(came)") }
            return value
        }
        if let text = options[names.file] {
            let value = try check(kind.fromText(text), names.option, came: "\"\(text)\"")
            return (value, .commandLine(option: names.option))
        }
        if let text = environment[names.variable] {
            let place = "the environment variable \(names.variable)"
            return (
                try check(kind.fromText(text), place, came: "\"\(text)\""), .environment(variable: names.variable)
            )
        }
        if let file, let json = file.values[names.file], json != .null {
            let place = "\(file.path): \"\(names.file)\""
            return (try check(kind.fromJSON(json), place, came: json.description), .file(path: file.path))
        }
        return nil
    }

    /// Folders and files on the way to the settings file that others can write, for an agent that runs as root.
    package var warnings: [String] { file?.warnings ?? [] }

    /// The settings file, if there is one.
    var path: String? { file?.path }

    /// The state directory, if one is set.
    package var stateDirectory: String? {
        get throws(SettingsError) { try SettingDeclarations.declared.stateDirectory.find(self)?.value }
    }

    private static func suggestion(for name: String, among candidates: [String]) -> String {
        NearestName.to(name, among: candidates).map { "; did you mean \"\($0)\"?" } ?? ""
    }
}

/// What is wrong with the settings, in one sentence that names the place, the setting and what is allowed.
package struct SettingsError: ErrorWithExcerpt, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    package let description: String
    /// The line of the file in question, with a mark below the place; empty where that does not help.
    package let excerpt: [String]

    package init(_ description: String, excerpt: [String] = []) {
        self.description = description
        self.excerpt = excerpt
    }
}
