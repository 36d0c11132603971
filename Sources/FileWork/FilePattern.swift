import System

/// File name patterns as interpreted by FFmpeg's `-pattern_type glob`, which is `glob(3)` with braces.
///
/// Unlike that function it can be stopped, and rejects patterns that would take forever: 26 times `{a,b}` expands to 67
/// million patterns.
package struct FilePattern {
    /// Maximum number of patterns that braces may expand to.
    static let mostPatterns = 4096
    /// Twice the maximum length of a path, in bytes; each expanded pattern has about the length of the original.
    static let longest = 8192
    /// Maximum number of matching files.
    static let mostMatches = 1_000_000

    private let pattern: String
    private let policy: FilePolicy
    private let control: FileWorkControl

    package init(_ pattern: String, _ control: FileWorkControl, policy: FilePolicy = FilePolicy()) {
        self.pattern = pattern
        self.policy = policy
        self.control = control
    }

    /// Returns the paths of all matches, in no particular order, without those that cannot be read.
    ///
    /// - Throws: ``FileWorkError`` if the pattern matches or expands to too many, ``FileRefusalError`` if it leads to a
    ///   place that may not be used.
    package func matches() throws -> [String] {
        var found: [String] = []
        for pattern in try expanded() {
            let parts = pattern.split(separator: "/").map(String.init)
            try collect(parts[...], in: pattern.hasPrefix("/") ? "/" : "", &found)
        }
        return found
    }

    // MARK: Braces

    /// Returns the patterns without braces that it expands to; unclosed braces are literal.
    func expanded() throws -> [String] {
        guard pattern.utf8.count <= Self.longest else {
            throw FileWorkError("the pattern is longer than \(Self.longest) bytes: \(pattern.prefix(200))…")
        }
        var waiting = [Array(pattern.utf8)]
        var complete: [String] = []
        while let next = waiting.popLast() {
            try control.check()
            if let group = Self.firstGroup(in: next) {
                for alternative in group.alternatives.reversed() {
                    waiting.append(Array(next[..<group.start] + next[alternative] + next[group.end...]))
                }
            } else {
                complete.append(String(decoding: next, as: UTF8.self))
            }
            guard waiting.count + complete.count <= Self.mostPatterns else {
                throw FileWorkError(
                    "the braces of the pattern expand to more than \(Self.mostPatterns) patterns: \(pattern.prefix(200))"
                )
            }
        }
        return complete
    }

    private struct Group {
        /// The index of the opening brace.
        let start: Int
        let alternatives: [Range<Int>]
        /// The index after the closing brace.
        let end: Int
    }

    private static func firstGroup(in pattern: [UInt8]) -> Group? {
        var (depth, start, position) = (0, 0, 0)
        var commas: [Int] = []
        while position < pattern.count {
            switch pattern[position] {
            case UInt8(ascii: "\\"): position += 1
            case UInt8(ascii: "{"):
                if depth == 0 { start = position }
                depth += 1
            case UInt8(ascii: ",") where depth == 1: commas.append(position)
            case UInt8(ascii: "}") where depth == 1:
                let bounds = [start] + commas + [position]
                return Group(
                    start: start, alternatives: zip(bounds, bounds.dropFirst()).map { ($0 + 1)..<$1 },
                    end: position + 1)
            case UInt8(ascii: "}") where depth > 1: depth -= 1
            default: break
            }
            position += 1
        }
        return nil
    }

    // MARK: Folders

    private func collect(_ parts: ArraySlice<String>, in folder: String, _ found: inout [String]) throws {
        try control.check()
        guard let part = parts.first else { return }
        let rest = parts.dropFirst()
        var names = [Self.withoutBackslashes(part)]
        if part.utf8.contains(where: { [UInt8(ascii: "*"), UInt8(ascii: "?"), UInt8(ascii: "[")].contains($0) }) {
            names = try self.names(in: folder, matching: part)
        }
        for name in names {
            let path = folder.isEmpty ? name : FilePath.joined(folder, name)
            guard rest.isEmpty else {
                try collect(rest, in: path, &found)
                continue
            }
            try check(path)
            guard (try? FileStatus(path)).flatMap(\.self) != nil else { continue }
            found.append(path)
            guard found.count <= Self.mostMatches else {
                throw FileWorkError("more than \(Self.mostMatches) files match \(pattern)")
            }
        }
    }

    private func names(in folder: String, matching part: String) throws -> [String] {
        try check(folder)
        guard var directory = try? Directory(folder.isEmpty ? "." : folder, showsDots: true) else { return [] }
        var names: [String] = []
        while let name = try? directory.next() {
            try control.check()
            if fnmatch(part, name, FNM_PERIOD) == 0 { names.append(name) }
        }
        return names
    }

    private func check(_ path: String) throws(FileRefusalError) {
        if let rule = policy.refusal(of: path) { throw FileRefusalError(rule) }
    }

    private static func withoutBackslashes(_ part: String) -> String {
        var plain: [UInt8] = []
        var isEscaped = false
        for byte in part.utf8 {
            if byte == UInt8(ascii: "\\"), !isEscaped {
                isEscaped = true
            } else {
                plain.append(byte)
                isEscaped = false
            }
        }
        return String(decoding: plain, as: UTF8.self)
    }
}
