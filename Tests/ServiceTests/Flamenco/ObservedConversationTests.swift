import FlamencoAPI
import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite("Conversations as Flamenco holds them")
struct ObservedConversationTests {
    /// Where manager-lite deliberately answers otherwise, by step and field, with the reason.
    private static let deliberateDifferences = [
        "status of an empty farm": "it needs no time to start, and says at once that there is nobody to work"
    ]

    @Test(
        "every step has the status and the fields that were observed",
        arguments: [("3.9", APIDialect.v3), ("2022", .v2022)])
    func conversation(version: String, dialect: APIDialect) async throws {
        let conversation = try ObservedConversation(version)
        #expect(conversation.steps.count == (dialect == .v3 ? 182 : 44))
        let manager = Manager()
        var kept = [
            "nobody": "00000000-0000-4000-8000-000000000000", "storage": "/storage", "manager": "http://127.0.0.1",
        ]
        for step in conversation.steps {
            let answer = await ask(step, manager, dialect, kept)
            #expect(answer.status == step.status, "\(step.title): \(String(decoding: answer.body, as: UTF8.self))")
            guard answer.status == step.status else { continue }
            let body = (try? WireJSON.decode(JSONValue.self, from: answer.body)) ?? .null
            for (name, path) in step.kept { kept[name] = try #require(body.at(path)?.stringValue, "\(step.title)") }
            guard Self.deliberateDifferences[step.title] == nil, !step.fields.isEmpty else { continue }
            if step.fields.map(\.path) == ["."] {
                #expect(!answer.body.isEmpty || !answer.text.isEmpty)
                continue
            }
            for (path, kind) in step.fields {
                let values = body.values(at: path)
                if kind == "list" {
                    #expect(
                        body.values(at: String(path.dropLast(2))).contains { $0.isList } || body.isList, "\(step.title)"
                    )
                } else if kind.hasPrefix("=") {
                    let words = Set(values.compactMap(\.stringValue))
                    let missing = kind.dropFirst().split(separator: "|", omittingEmptySubsequences: false)
                        .map(String.init).filter { !words.contains($0) }
                    #expect(missing.isEmpty, "\(step.title): \(path) is \(words)")
                } else {
                    let kinds = Set(kind.split(separator: "|").map(String.init))
                    #expect(
                        kinds.isSubset(of: Set(values.map(\.kind))), "\(step.title): \(path) is not \(kind): \(values)")
                }
            }
        }
    }

    private func ask(
        _ step: ObservedConversation.Step, _ manager: Manager, _ dialect: APIDialect, _ kept: [String: String]
    ) async -> HTTPResponse {
        func fill(_ text: String) -> String {
            kept.reduce(text) { $0.replacing("{\($1.key)}", with: $1.value) }
        }
        var headers = HTTPHeaders()
        var body = Data()
        if let text = step.body {
            headers["Content-Type"] = step.contentType ?? "application/json"
            switch text {
            case "(image)": body = Data([0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A])
            case "(text)", "(nonsense)": body = Data("{nonsense".utf8)
            default: body = Data(fill(text).utf8)
            }
            headers["Content-Length"] = String(body.count)
        }
        let names = step.worker?.split(separator: " ") ?? []
        let secret = names.count > 1 ? "wrong" : "quite-secret"
        let worker = names.first.map { (id: kept[String($0)] ?? "", secret: secret) }
        return await manager.send(step.method, dialect.root + fill(step.path), body, headers: headers, as: worker)
    }
}

extension JSONValue {
    fileprivate var isList: Bool { if case .array = self { true } else { false } }

    /// What it holds, in the words of the observations.
    fileprivate var kind: String {
        switch self {
        case .string: "text"
        case .integer, .number: "number"
        case .bool: "flag"
        case .null, .array, .object: "other"
        }
    }
}
