import FileWork
import FlamencoAPI
import FoundationEssentials
import HumanText
import System

/// Texts of settings files, for people: a new one with every setting as a comment, and an existing one with a value changed.
package enum SettingsText {
    private static let width = 116

    /// A file that sets nothing, and has every setting as a comment.
    package static var everySetting: String {
        var lines = [
            "// Every setting of Flamenco Agent, with its default or an example. Remove the slashes of a line to set it.",
            "{",
        ]
        var group: SettingGroup?
        for setting in SettingDeclarations.all {
            if setting.group != group { lines += ["    // ==== \(setting.group.title)", ""] }
            group = setting.group
            let otherwise = setting.otherwise.isEmpty ? "" : " (default: \(setting.otherwise))"
            let text = "\(setting.purpose)\(otherwise)".replacing("`", with: "\"")
            lines += WrappedText.lines(text.prefix(1).uppercased() + text.dropFirst(), columns: width).map {
                "    // " + $0
            }
            lines += ["    // \(setting.name): \(setting.sample),", ""]
        }
        lines[lines.count - 1] = "}"
        return lines.joined(separator: "\n") + "\n"
    }

    /// A file that sets these values.
    package static func new(_ values: [(name: String, text: String)]) -> String {
        let lines = values.map { "    \($0.name): \(literal($0.text)),\n" }
        return
            "// \"flamenco-agent check-config --init\" prints a file with every setting.\n{\n\(lines.joined())}\n"
    }

    /// A file with a text as the value of a setting: in its line, even if that is a comment, else in a new one; without a text,
    /// its line becomes a comment. Everything else stays, comments too.
    ///
    /// - Throws: ``SettingsError`` when the file is written in a way that this cannot change safely, or is not JSON5.
    package static func changing(
        _ old: String, _ name: String, to text: String?, path: String
    ) throws(SettingsError) -> String {
        var expected = try members(of: old, path)
        let value = text.map { JSONValue.string($0) }
        if expected[name] == value { return old }
        var lines = old.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        let wanted = text.map { "\(name): \(literal($0))" }
        let place = SettingLine.place(of: name, in: lines, isComment: false)
        // JSON5 with a member twice would be valid, but which of them counts is undefined.
        if place != nil || expected[name] == nil {
            if let (index, line) = place ?? SettingLine.place(of: name, in: lines, isComment: true) {
                let body = wanted.map { "\($0),\(line.rest)" } ?? "// \(line.body)"
                lines[index] = "\(line.indent)\(body)"
            } else if let wanted, let index = lines.firstIndex(where: { $0.drop(while: \.isWhitespace).first == "{" }) {
                insert(wanted + ",", behindBraceOf: index, in: &lines)
            }
        }
        let new = lines.joined(separator: "\n")
        expected[name] = value
        guard (try? JSON5Document.members(of: Data(new.utf8))) == expected else {
            let advice = wanted.map { "write \($0) there, on a line of its own" } ?? "remove it there"
            throw SettingsError("cannot change \"\(name)\" in \(path) as it is written: \(advice)")
        }
        return new
    }

    private static func insert(_ text: String, behindBraceOf index: Int, in lines: inout [String]) {
        if lines[index].allSatisfy({ $0.isWhitespace || $0 == "{" }) {
            lines.insert("    \(text)", at: index + 1)
        } else if let brace = lines[index].firstIndex(of: "{") {
            lines[index].insert(contentsOf: "\(text) ", at: lines[index].index(after: brace))
        }
    }

    private static func members(of text: String, _ path: String) throws(SettingsError) -> [String: JSONValue] {
        try SettingsFile.members(of: Data(text.utf8), path)
    }

    private static func literal(_ text: String) -> String { JSONValue.string(text).description }
}

/// A line with one setting whose value is a text, also as a comment.
private struct SettingLine {
    let indent: Substring
    /// Everything after the indentation.
    let body: Substring
    private let isComment: Bool
    /// What follows the value and its comma.
    let rest: Substring

    init?(_ line: String, of name: String) {
        body = line.drop(while: \.isWhitespace)
        indent = line[..<body.startIndex]
        var left = body
        isComment = left.hasPrefix("//")
        if isComment { left = left.dropFirst(2).drop(while: \.isWhitespace) }
        let names = [name, "\"\(name)\"", "'\(name)'"]
        guard let written = names.first(where: left.hasPrefix) else { return nil }
        left = left.dropFirst(written.count).drop(while: \.isWhitespace)
        guard left.popFirst() == ":" else { return nil }
        left = left.drop(while: \.isWhitespace)
        guard let quote = left.popFirst(), quote == "\"" || quote == "'" else { return nil }
        while let character = left.popFirst(), character != quote {
            if character == "\\" { left = left.dropFirst() }
        }
        let behind = left.drop(while: \.isWhitespace)
        rest = behind.first == "," ? behind.dropFirst() : left
        let isWhole = rest.allSatisfy(\.isWhitespace) || rest.drop(while: \.isWhitespace).hasPrefix("//")
        if !isComment, !isWhole { return nil }
    }

    static func place(of name: String, in lines: [String], isComment: Bool) -> (Int, SettingLine)? {
        for (index, line) in lines.enumerated() {
            if let line = SettingLine(line, of: name), line.isComment == isComment { return (index, line) }
        }
        return nil
    }
}

extension SettingsFile {
    /// Replaces the text of an existing settings file, and keeps its owner and permissions; a link stays a link.
    ///
    /// - Throws: ``SettingsError`` when it cannot be written.
    package static func replace(_ text: String, at path: String) throws(SettingsError) {
        let place = (try? PhysicalPath.of(absolute(path))) ?? path
        let fresh = place + ".new"
        do throws(SystemError) {
            let old = try FileStatus(of: place)
            let file = try Descriptor(opening: fresh, [.write, .create, .truncate])
            try file.setOwner(old.owner, group: old.group)
            try file.setPermissions(old.permissions)
            try file.writeAll(text)
            try FileSystem.rename(fresh, to: place)
        } catch {
            try? FileSystem.remove(fresh)
            throw SettingsError("cannot write the settings file \(path): \(error)")
        }
    }
}
