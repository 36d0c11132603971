package import CommandLineOptions
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import HumanText

/// How the values of a setting are written: what is allowed, and how to read and show them.
package struct SettingKind<Value: Sendable>: Sendable {
    /// What is allowed, as in "a duration such as 10s, 2m or 500ms".
    package let expected: String
    /// What stands for the value on the command line, and what a shell completes it with.
    let value: OptionValue
    /// The value in a settings file; absent when it is not allowed.
    let fromJSON: @Sendable (JSONValue) -> Value?
    /// The value in an environment variable or on the command line; absent when it is not allowed.
    let fromText: @Sendable (String) -> Value?
    /// The value as people read it.
    let show: @Sendable (Value) -> String
}

extension SettingKind {
    /// A kind whose text is the same everywhere: strings in the file, as they are elsewhere; numbers too.
    init(
        _ expected: String, as value: OptionValue, parse: @escaping @Sendable (String) -> Value?,
        show: @escaping @Sendable (Value) -> String
    ) {
        self.init(
            expected: expected, value: value,
            fromJSON: { value in
                switch value {
                case .string(let text): parse(text)
                case .integer(let number): parse(String(number))
                case .number(let number): parse(String(number))
                default: nil
                }
            }, fromText: parse, show: show)
    }
}

extension SettingKind where Value == String {
    /// Any text but an empty one.
    package static func text(_ expected: String, as value: OptionValue) -> Self {
        let accept: @Sendable (String) -> String? = { $0.isEmpty ? nil : $0 }
        return SettingKind(
            expected: expected, value: value, fromJSON: { $0.stringValue.flatMap(accept) }, fromText: accept,
            show: { $0 })
    }
}

extension SettingKind where Value == Int {
    /// A whole number within bounds.
    package static func number(_ range: ClosedRange<Int>) -> Self {
        SettingKind("a whole number from \(range.lowerBound) to \(range.upperBound)", as: "NUMBER") { text in
            Int(text).flatMap { range.contains($0) ? $0 : nil }
        } show: {
            String($0)
        }
    }

    /// An amount of bytes.
    package static var bytes: Self {
        SettingKind(
            "a size such as 512MiB or 2GiB", as: "SIZE", parse: ByteCountText.parse, show: ByteCountText.text)
    }
}

extension SettingKind where Value == Duration {
    /// A duration.
    package static func duration(atLeast least: Duration = .zero) -> Self {
        let bound = least > .zero ? " of at least \(DurationText.text(least))" : ""
        return SettingKind("a duration such as 10s, 2m or 500ms" + bound, as: "DURATION") { text in
            DurationText.parse(text).flatMap { $0 >= least ? $0 : nil }
        } show: {
            $0 == .zero ? "0 s" : DurationText.text($0)
        }
    }
}

extension SettingKind where Value == [String] {
    /// A list of words; separated by commas outside of the file.
    package static func words(_ expected: String, as value: OptionValue) -> Self {
        SettingKind(
            expected: expected, value: value,
            fromJSON: { value in
                guard case .array(let elements) = value else { return nil }
                let words = elements.compactMap(\.stringValue)
                return words.count == elements.count && !words.contains("") ? words : nil
            },
            fromText: { text in
                let words = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
                return words.isEmpty || words.contains("") ? nil : words
            },
            show: { $0.joined(separator: ", ") })
    }
}

extension SettingKind where Value == [String] {
    /// A list of absolute paths; separated by commas outside of the file.
    package static func paths(_ expected: String, as value: OptionValue = "PATH,...") -> Self {
        let accept: @Sendable ([String]) -> [String]? = { paths in
            paths.allSatisfy { $0.hasPrefix("/") && !$0.utf8.contains(0) } ? paths : nil
        }
        return SettingKind(
            expected: expected, value: value,
            fromJSON: { value in
                guard case .array(let elements) = value else { return nil }
                let paths = elements.compactMap(\.stringValue)
                return paths.count == elements.count ? accept(paths) : nil
            },
            fromText: { text in
                accept(
                    text.split(separator: ",").map { path in
                        String(path.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed())
                    })
            },
            show: { $0.joined(separator: ", ") })
    }
}

extension SettingKind where Value == [UInt16] {
    /// A list of ports; separated by commas outside of the file.
    static func ports(_ expected: String) -> Self {
        SettingKind(
            expected: expected, value: "PORT,...",
            fromJSON: { value in
                guard case .array(let elements) = value else { return nil }
                let ports = elements.compactMap { element in
                    if case .integer(let number) = element { UInt16(exactly: number) } else { nil }
                }
                return ports.count == elements.count ? ports : nil
            },
            fromText: { text in
                let words = text.split(separator: ",").map { String($0.filter { $0 != " " }) }
                let ports = words.compactMap { UInt16($0) }
                return ports.isEmpty || ports.count != words.count ? nil : ports
            },
            show: { $0.isEmpty ? "none" : $0.map(String.init).joined(separator: ", ") })
    }
}

extension SettingKind where Value == [RequiredPath] {
    /// A list of paths with what is needed of them; separated by commas outside of the file.
    static func requiredPaths(_ expected: String) -> Self {
        let words = SettingKind<[String]>.paths(expected)
        let accept: @Sendable ([String]) -> [RequiredPath]? = { texts in
            let paths = texts.compactMap { RequiredPath($0) }
            return paths.count == texts.count ? paths : nil
        }
        return SettingKind(
            expected: expected, value: "PATH[:mounted][:rw],...", fromJSON: { words.fromJSON($0).flatMap(accept) },
            fromText: { words.fromText($0).flatMap(accept) },
            show: { $0.map(\.description).joined(separator: ", ") })
    }
}

extension SettingKind where Value == WorkHours {
    /// Times of the week.
    static var hours: Self {
        SettingKind("days, hours or both, as in \"mo-fr 19:00-08:00, sa-su\"", as: "HOURS") {
            WorkHours($0)
        } show: {
            $0.text
        }
    }
}

extension SettingKind where Value == Bool {
    /// Yes or no; on the command line the option alone says yes.
    package static var yesOrNo: Self {
        SettingKind(
            expected: "true or false", value: .choice(["true", "false"]),
            fromJSON: { value in
                if case .bool(let answer) = value { answer } else { nil }
            }, fromText: { Bool($0) }, show: { String($0) })
    }
}

extension SettingKind where Value == ControlGroupChoice {
    /// A cgroup, or a word for none or the agent's own.
    static var controlGroup: Self {
        SettingKind(
            "\"auto\", \"off\" or the path of a cgroup v2 that is delegated to the agent",
            as: OptionValue("auto|off|PATH", completion: .words(["auto", "off"]))
        ) {
            ControlGroupChoice($0)
        } show: {
            $0.description
        }
    }
}

extension SettingKind where Value: CaseIterable & RawRepresentable<String> {
    /// One of a few words.
    package static var choice: Self {
        let words = Value.allCases.map(\.rawValue)
        return SettingKind(
            words.map { "\"\($0)\"" }.joined(separator: " or "), as: .choice(words), parse: { Value(rawValue: $0) },
            show: { $0.rawValue })
    }
}

extension SettingKind {
    /// A kind that is JSON everywhere: as it stands in the file, and as a text outside of it.
    private static func json(
        _ expected: String, show: @escaping @Sendable (Value) -> String,
        accept: @escaping @Sendable (JSONValue) -> Value?
    ) -> Self {
        SettingKind(
            expected: expected, value: "JSON", fromJSON: accept,
            fromText: { text in
                (try? WireJSON.decode(JSONValue.self, from: Data(text.utf8))).flatMap(accept)
            }, show: show)
    }
}

extension SettingKind where Value == [JSONValue] {
    /// A list of objects.
    static func objects(_ expected: String) -> Self {
        json(expected, show: { $0.isEmpty ? "none" : JSONValue.array($0).description }) { value in
            if case .array(let elements) = value { elements } else { nil }
        }
    }
}

extension SettingKind where Value == [String: JSONValue] {
    /// An object.
    static func object(_ expected: String) -> Self {
        json(expected, show: { $0.isEmpty ? "none" : JSONValue.object($0).description }) { value in
            if case .object(let members) = value { members } else { nil }
        }
    }
}

extension SettingKind where Value == [String: String] {
    /// Environment variables.
    static var variables: Self {
        let show: @Sendable ([String: String]) -> String = { variables in
            let words = variables.sorted { $0.key < $1.key }.map { "\($0)=\($1)" }
            return words.isEmpty ? "none" : words.joined(separator: ", ")
        }
        return json("an object of variables such as {\"OCIO\": \"/studio/config.ocio\"}", show: show) { value in
            guard case .object(let members) = value else { return nil }
            let variables = members.compactMapValues { value in
                switch value {
                case .string(let text) where !text.utf8.contains(0): text
                case .integer(let number): String(number)
                default: nil
                }
            }
            let areNames = members.keys.allSatisfy { !$0.isEmpty && !$0.contains("=") && !$0.utf8.contains(0) }
            return areNames && variables.count == members.count ? variables : nil
        }
    }
}

extension SettingKind where Value == ListenAddress {
    /// Where to listen.
    static var address: Self {
        let parse: @Sendable (String) -> ListenAddress? = { ListenAddress($0) }
        return SettingKind(
            expected: "HOST:PORT or a port, such as 127.0.0.1:9877 or 9877", value: "[HOST:]PORT",
            fromJSON: { value in
                switch value {
                case .string(let text): parse(text)
                case .integer(let port): parse(String(port))
                default: nil
                }
            }, fromText: parse, show: { $0.description })
    }
}
