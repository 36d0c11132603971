import FlamencoAPI
import Foundation
import TestSupport

/// A conversation with a Flamenco manager, as it was observed: a text beside this file, which says itself how to read it.
struct ObservedConversation {
    struct Step {
        let title: String
        let method: String
        let path: String
        let worker: String?
        let contentType: String?
        let body: String?
        let status: Int
        /// The fields of the answer, and what they hold.
        let fields: [(path: String, kind: String)]
        /// Names for values of the answer.
        let kept: [(name: String, path: [String])]
    }

    let steps: [Step]

    init(_ version: String) throws {
        let path = Checkout.path("Tests/ServiceTests/Flamenco/Observed/\(version).txt")
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let start = text.firstRange(of: "\n\n") else { throw CocoaError(.fileReadCorruptFile) }
        var blocks: [[Substring]] = []
        for line in text[start.upperBound...].split(separator: "\n") {
            if line.hasPrefix(" ") {
                blocks[blocks.count - 1].append(line.drop { $0 == " " })
            } else {
                blocks.append([line])
            }
        }
        var fieldsByTitle: [String: [(path: String, kind: String)]] = [:]
        steps = blocks.map { block in
            let step = Step(block, known: fieldsByTitle)
            fieldsByTitle[step.title] = step.fields
            return step
        }
    }
}

extension ObservedConversation.Step {
    fileprivate init(_ block: [Substring], known: [String: [(path: String, kind: String)]]) {
        title = String(block[0])
        var request = String(block[1])
        contentType = Self.cut(" as ", from: &request)
        let start =
            request.indices.first { "{(".contains(request[$0]) && request[..<$0].hasSuffix(" ") } ?? request.endIndex
        body = start == request.endIndex ? nil : String(request[start...])
        var head = String(request[..<start])
        worker = Self.cut(" by ", from: &head)
        let words = head.split(separator: " ").map(String.init)
        (method, path) = (words[0], words[1])
        let answer = block[2].split(separator: " ", maxSplits: 1).map(String.init)
        status = Int(answer[0]) ?? 0
        let told = answer.count > 1 ? answer[1] : ""
        if told.hasPrefix("(as in \"") {
            fields = known[String(told.dropFirst(8).dropLast(2))] ?? []
        } else {
            fields = Self.fields(told)
        }
        kept = block.dropFirst(3).map { line in
            let words = line.split(separator: " ").map(String.init)
            return (words[1], words[2].split(separator: ".").map(String.init))
        }
    }

    private static func cut(_ word: String, from text: inout String) -> String? {
        // Behind the body, where there is one.
        guard let range = text.ranges(of: word).last, !text[range.upperBound...].contains("\"") else { return nil }
        defer { text = String(text[..<range.lowerBound]) }
        return text[range.upperBound...].trimmingCharacters(in: .whitespaces)
    }

    private static func fields(_ text: String) -> [(path: String, kind: String)] {
        // A word may have blanks in it; what begins a field has a colon or an equals sign, or ends a list.
        var fields: [(path: String, kind: String)] = []
        for word in text.split(separator: " ").map(String.init) {
            if let sign = word.firstIndex(where: { ":=".contains($0) }) {
                let kind = word[sign] == ":" ? word[word.index(after: sign)...] : word[sign...]
                fields.append((String(word[..<sign]), String(kind)))
            } else if word.hasSuffix("[]") {
                fields.append((word, "list"))
            } else if let last = fields.popLast() {
                fields.append((last.path, last.kind + " " + word))
            }
        }
        return fields
    }
}

extension JSONValue {
    /// All values that a path leads to, where `[]` stands for every element.
    func values(at path: String) -> [JSONValue] {
        guard path != "." else { return [self] }
        if path.hasPrefix("[]") {
            guard case .array(let elements) = self else { return [] }
            let rest = path.dropFirst(2).drop { $0 == "." }
            return rest.isEmpty ? elements : elements.flatMap { $0.values(at: String(rest)) }
        }
        guard case .object(let members) = self else { return [] }
        // Names may have points in them, as in "user.name".
        return members.flatMap { name, value -> [JSONValue] in
            if path == name { return [value] }
            guard path.hasPrefix(name), let sign = path.dropFirst(name.count).first, ".[".contains(sign) else {
                return []
            }
            return value.values(at: String(path.dropFirst(name.count + (sign == "." ? 1 : 0))))
        }
    }
}
