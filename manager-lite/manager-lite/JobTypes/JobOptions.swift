import CommandLineOptions
import Farm
import FlamencoAPI
import Foundation

/// A job from the options of a command line: `--set`, `--name` and `--priority`.
struct JobOptions {
    static let all = [
        CommandOption("--name", value: "NAME", help: "name of the job", default: "its type"),
        CommandOption("--priority", value: "NUMBER", help: "priority of the job, higher goes first", default: "50"),
        CommandOption(
            "--set", value: "NAME=VALUE",
            help: "a setting of the job; VALUE is parsed as JSON if valid, otherwise used as a string",
            isRepeatable: true),
    ]

    private let name: String?
    private let priority: Int
    private let settings: [(name: String, text: String)]

    init(_ arguments: ParsedArguments) throws {
        name = arguments.value("--name")
        settings = try arguments.all("--set").map { try KeyAndValue.split($0, option: "--set") }
        priority =
            try arguments.value("--priority").map { text in
                guard let priority = Int(text) else {
                    throw UsageError("--priority should be a whole number, but is \"\(text)\"")
                }
                return priority
            } ?? SubmittedJob.defaultPriority
    }

    /// Throws if one of these options is used, which are only valid with `owner`.
    static func refuse(_ arguments: ParsedArguments, belongingTo owner: String) throws(UsageError) {
        for option in all where arguments.has(option.name) {
            throw UsageError("\(option.name) is only valid with \(owner)")
        }
    }

    /// Returns the job.
    ///
    /// - Parameter definitions: the settings of the job type, as far as known. The value of a string setting remains a
    ///   string even if it looks like a number: frame `47`.
    func job(ofType type: String, defining definitions: [AvailableJobSetting]) -> SubmittedJob {
        let texts = Set(definitions.filter { $0.type == .string }.map(\.key))
        let values = settings.map { name, text in (name, Self.value(text, isText: texts.contains(name))) }
        return SubmittedJob(
            name: name ?? type, type: type, priority: priority,
            settings: Dictionary(values) { _, last in last }, submitterPlatform: Platform.own.rawValue)
    }

    private static func value(_ text: String, isText: Bool) -> JSONValue {
        guard let value = try? WireJSON.decode(JSONValue.self, from: Data(text.utf8)) else { return .string(text) }
        switch value {
        case .null, .bool, .integer, .number: return isText ? .string(text) : value
        case .string, .array, .object: return value
        }
    }
}
