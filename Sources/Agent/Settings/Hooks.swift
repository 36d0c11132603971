import FlamencoAPI
import HumanText

/// The operator's programs that run at certain events.
package struct Hooks: Hashable, Sendable {
    /// The events; the raw values are the names in the settings.
    package enum Moment: String, CaseIterable, Sendable {
        case beforeTask = "before_task"
        case afterTask = "after_task"
        case onStart = "on_start"
        case onStop = "on_stop"
        case whenIdle = "when_idle"
    }

    /// A hook.
    package struct Hook: Hashable, Sendable {
        /// The user that it runs as.
        package enum User: String, CaseIterable, Sendable { case agent, programs }

        package let moment: Moment
        /// The program and its arguments.
        package let command: [String]
        package let user: User
        /// Its time limit; absent for none.
        package let timeLimit: Duration?
        /// The time without a task before `when_idle` runs.
        package let idleTime: Duration
    }

    private let hooks: [Moment: Hook]

    /// The hook for an event, if there is one.
    package subscript(moment: Moment) -> Hook? { hooks[moment] }

    /// All of them, in the order of the events.
    package var all: [Hook] { Moment.allCases.compactMap { hooks[$0] } }

    /// Reads the value of the setting.
    ///
    /// - Throws: ``SettingsError`` that names the member, but not the file.
    init(_ members: [String: JSONValue]) throws(SettingsError) {
        var hooks: [Moment: Hook] = [:]
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            guard let moment = Moment(rawValue: name) else {
                throw HookReader.unknown("hooks", name, among: Moment.allCases.map(\.rawValue))
            }
            hooks[moment] = try HookReader(moment, value).hook()
        }
        self.hooks = hooks
    }
}

/// Reads one hook.
private struct HookReader {
    private let moment: Hooks.Moment
    private let place: String
    private let members: [String: JSONValue]

    private static let someProgram = "a program such as \"/etc/flamenco-agent/before\""

    init(_ moment: Hooks.Moment, _ value: JSONValue) throws(SettingsError) {
        self.moment = moment
        place = "hooks.\(moment.rawValue)"
        switch value {
        case .string: members = ["run": value]
        case .object(let members): self.members = members
        default: throw Self.wrong(place, "\(Self.someProgram), or an object with \"run\"", value)
        }
    }

    func hook() throws(SettingsError) -> Hooks.Hook {
        let known = ["run", "as", "time_limit"] + (moment == .whenIdle ? ["after"] : [])
        if let other = members.keys.sorted().first(where: { !known.contains($0) }) {
            throw Self.unknown(place, other, among: known)
        }
        let standard: Duration? =
            switch moment {
            case .beforeTask, .afterTask, .onStart: .seconds(60)
            case .onStop: .seconds(10)
            case .whenIdle: nil
            }
        let idleTime = try duration("after")
        if moment == .whenIdle, idleTime == nil {
            throw SettingsError("\"\(place).after\" is missing: it should be a duration such as 10m")
        }
        return Hooks.Hook(
            moment: moment, command: try command(), user: try user(), timeLimit: try duration("time_limit") ?? standard,
            idleTime: idleTime ?? .zero)
    }

    private func command() throws(SettingsError) -> [String] {
        let expected = "\(Self.someProgram), or a list of it and its arguments"
        guard let value = members["run"] else {
            throw SettingsError("\"\(place).run\" is missing: it should be \(expected)")
        }
        var command: [String] = []
        switch value {
        case .string(let program): command = [program]
        case .array(let elements):
            command = elements.compactMap(\.stringValue)
            guard command.count == elements.count else { throw Self.wrong("\(place).run", expected, value) }
        default: throw Self.wrong("\(place).run", expected, value)
        }
        guard let program = command.first, !program.isEmpty, !command.contains(where: { $0.utf8.contains(0) }) else {
            throw Self.wrong("\(place).run", expected, value)
        }
        // The agent has no working directory that a relative path could start from.
        guard program.hasPrefix("/") || !program.contains("/") else {
            throw Self.wrong("\(place).run", "an absolute path or a name in PATH", .string(program))
        }
        return command
    }

    private func user() throws(SettingsError) -> Hooks.Hook.User {
        guard let value = members["as"] else { return .agent }
        guard let user = value.stringValue.flatMap(Hooks.Hook.User.init) else {
            throw Self.wrong("\(place).as", "\"agent\" or \"programs\"", value)
        }
        return user
    }

    private func duration(_ name: String) throws(SettingsError) -> Duration? {
        guard let value = members[name] else { return nil }
        let kind = SettingKind<Duration>.duration(atLeast: .milliseconds(1))
        guard let duration = kind.fromJSON(value) else { throw Self.wrong("\(place).\(name)", kind.expected, value) }
        return duration
    }

    private static func wrong(_ place: String, _ expected: String, _ value: JSONValue) -> SettingsError {
        SettingsError("\"\(place)\" should be \(expected), but is \(value)")
    }

    static func unknown(_ place: String, _ name: String, among known: [String]) -> SettingsError {
        let suggestion = NearestName.to(name, among: known).map { "; did you mean \"\($0)\"?" }
        return SettingsError(
            "there is no \"\(place).\(name)\"" + (suggestion ?? "; there are \(known.joined(separator: ", "))"))
    }
}
