package import FlamencoAPI

/// The variables of a farm: `{name}` in what a worker gets stands for a value, per platform of the worker.
///
/// Text is gone through once, from left to right: what a value has in braces stays as it is, and so does a name that there
/// is no value for.
package struct Variables: Codable, Hashable, Sendable {
    /// The value of a variable, in general and on single platforms (`linux`, `darwin`, `windows`).
    private struct Entry: Codable, Hashable, Sendable {
        var general: String?
        var platforms: [String: String] = [:]
    }

    private var entries: [String: Entry] = [:]

    /// No variables.
    package init() {}

    /// What job types rely on: the programs, as they are found in the search path, and how Blender is started.
    package static let standard: Variables = {
        var variables = Variables()
        variables.set("blender", to: "blender")
        variables.set("blenderArgs", to: "-b -y")
        variables.set("ffmpeg", to: "ffmpeg")
        return variables
    }()

    /// Sets a value, for workers on one platform, or for those on all that have none of their own.
    package mutating func set(_ name: String, to value: String, on platform: String? = nil) {
        if let platform {
            entries[name, default: Entry()].platforms[platform] = value
        } else {
            entries[name, default: Entry()].general = value
        }
    }

    /// The value of a variable on a platform.
    package func value(of name: String, on platform: String) -> String? {
        entries[name].flatMap { $0.platforms[platform] ?? $0.general }
    }

    /// All variables that have a value on a platform (Flamenco 3: `getVariables`).
    package func values(on platform: String) -> ManagerVariables {
        entries.keys.reduce(into: [:]) { values, name in
            values[name] = value(of: name, on: platform).map { ManagerVariable(value: $0) }
        }
    }

    /// A command as workers on a platform get it: variables replaced in all strings, however deep, but not in the names of
    /// members.
    package func expand(_ command: Command, on platform: String) -> Command {
        Command(name: command.name, parameters: command.parameters.mapValues { expand($0, on: platform) })
    }

    private func expand(_ value: JSONValue, on platform: String) -> JSONValue {
        switch value {
        case .string(let text): .string(expand(text, on: platform))
        case .array(let elements): .array(elements.map { expand($0, on: platform) })
        case .object(let members): .object(members.mapValues { expand($0, on: platform) })
        case .null, .bool, .integer, .number: value
        }
    }

    package func expand(_ text: String, on platform: String) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{") {
            result += rest[..<open]
            rest = rest[open...]
            let name = rest.dropFirst().prefix { $0 != "}" && $0 != "{" }
            if name.endIndex < rest.endIndex, rest[name.endIndex] == "}",
                let value = value(of: String(name), on: platform)
            {
                result += value
                rest = rest[rest.index(after: name.endIndex)...]
            } else {
                result += "{"
                rest = rest.dropFirst()
            }
        }
        return result + rest
    }
}
