package import FlamencoAPI

/// Replaces variables with values.
extension Variables {
    /// Returns a command for workers on a platform: variables are replaced in all strings at any depth, but not in
    /// member names.
    package func expand(_ command: Command, on platform: String) -> Command {
        var command = command
        command.parameters = command.parameters.mapValues { value in
            value.mapStrings { expand($0, on: platform) }
        }
        return command
    }

    /// Returns text with variables replaced. The text after a two-way variable is a path, and gets the separators of
    /// the platform.
    package func expand(
        _ text: String, on platform: String, for audience: VariableAudience = .workers
    ) -> String {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return text }
        var result = ""
        var path: String?
        var rest = Substring(text)
        func add(_ piece: some StringProtocol) { if path == nil { result += piece } else { path? += piece } }
        while let open = rest.firstIndex(of: "{") {
            add(rest[..<open])
            rest = rest[open...]
            let name = rest.dropFirst().prefix { $0 != "}" && $0 != "{" }
            if name.endIndex < rest.endIndex, rest[name.endIndex] == "}",
                let value = value(of: String(name), on: platform, for: audience)
            {
                let isTwoWay = isTwoWay(String(name))
                if isTwoWay, path == nil { path = "" }
                add(isTwoWay ? Platform(named: platform)?.folder(value) ?? value : value)
                rest = rest[rest.index(after: name.endIndex)...]
            } else {
                add("{")
                rest = rest.dropFirst()
            }
        }
        add(rest)
        return result + (path.map { Platform(named: platform)?.path($0) ?? $0 } ?? "")
    }
}

extension Variables {
    /// Returns the names in braces in commands that are not variables, in order.
    func unknownNames(in commands: some Sequence<Command>) -> [String] {
        var unknown: Set<String> = []
        for command in commands {
            for value in command.parameters.values {
                _ = value.mapStrings { text in
                    noteUnknown(in: text, &unknown)
                    return text
                }
            }
        }
        return unknown.sorted()
    }

    private func noteUnknown(in text: String, _ unknown: inout Set<String>) {
        guard text.utf8.contains(UInt8(ascii: "{")) else { return }
        for piece in text.split(separator: "{", omittingEmptySubsequences: false).dropFirst() {
            guard let end = piece.firstIndex(of: "}") else { continue }
            let name = String(piece[..<end])
            let isName = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" }
            if isName, name.first?.isNumber == false, !has(name) { unknown.insert(name) }
        }
    }
}

extension JSONValue {
    /// Applies a function to all strings at any depth, but not to member names.
    func mapStrings(_ change: (String) -> String) -> JSONValue {
        switch self {
        case .string(let text): .string(change(text))
        case .array(let elements): .array(elements.map { $0.mapStrings(change) })
        case .object(let members): .object(members.mapValues { $0.mapStrings(change) })
        case .null, .bool, .integer, .number: self
        }
    }
}

/// Replaces paths with two-way variables.
extension Variables {
    /// Converts text from a submitter: a path in the folder of a two-way variable becomes the variable and the rest of
    /// the path, with slashes; other text is not changed. If several folders match, the longest counts.
    package func collapse(_ text: String, from platform: String) -> String {
        guard let platform = Platform(named: platform) else { return text }
        var best: (length: Int, text: String)?
        for name in twoWayNames {
            guard let value = value(of: name, on: platform.rawValue, for: .users) else { continue }
            let folder = platform.folder(value)
            guard !folder.isEmpty, folder.count > best?.length ?? 0, let rest = platform.rest(of: text, below: folder)
            else { continue }
            best = (folder.count, "{\(name)}\(rest)")
        }
        return best?.text ?? text
    }

    /// Does the same for all strings in a value, at any depth.
    package func collapse(_ value: JSONValue, from platform: String) -> JSONValue {
        value.mapStrings { collapse($0, from: platform) }
    }
}
