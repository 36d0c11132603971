import FlamencoAPI
import Foundation

/// A question to a manager and the answer that has to come, in words that no dialect has to itself.
///
/// `<name>` as the name of a member is the field that has a worker's name. A text such as `$job` stands for an identity that
/// an earlier answer gave.
struct ConversationStep: Sendable {
    let title: String
    let operation: FlamencoAPI.Operation
    var arguments: [String] = []
    var body: JSONValue?
    /// An image that is sent in place of a body in JSON.
    var image: Data?
    /// The worker that asks, as in `$worker`; its secret is `secret`.
    var user: String?
    let status: Int
    /// Members that the answer has; others do not matter.
    var reply: JSONValue?
    /// What is kept of the answer for later, by name: the path to it.
    var keep: [String: [String]] = [:]
    /// What a dialect has to have for this.
    var feature: APIDialect.Feature?

    init(
        _ title: String, _ operation: FlamencoAPI.Operation, _ arguments: String..., by user: String? = nil,
        with body: JSONValue? = nil, image: Data? = nil, gives status: Int, _ reply: JSONValue? = nil,
        keep: [String: [String]] = [:],
        ifHas feature: APIDialect.Feature? = nil
    ) {
        self.title = title
        self.operation = operation
        self.arguments = arguments
        self.body = body
        self.image = image
        self.user = user
        self.status = status
        self.reply = reply
        self.keep = keep
        self.feature = feature
    }
}

extension JSONValue {
    /// What is said in a dialect, with what was kept of earlier answers.
    func said(in dialect: APIDialect, _ kept: [String: String]) -> JSONValue {
        switch self {
        case .string(let text): .string(text.replacingKept(kept))
        case .array(let elements): .array(elements.map { $0.said(in: dialect, kept) })
        case .object(let members):
            .object(
                Dictionary(
                    members.map { ($0 == "<name>" ? dialect.workerNameField : $0, $1.said(in: dialect, kept)) },
                    uniquingKeysWith: { first, _ in first }))
        case .null, .bool, .integer, .number: self
        }
    }

    /// Whether another value has all that this one has: of objects the members, of lists the elements.
    func isPart(of other: JSONValue?) -> Bool {
        switch (self, other) {
        case (.object(let mine), .object(let others)): mine.allSatisfy { $1.isPart(of: others[$0]) }
        case (.array(let mine), .array(let others)):
            mine.count == others.count && zip(mine, others).allSatisfy { $0.isPart(of: $1) }
        default: self == other
        }
    }

    /// What is at the end of a path of names and places.
    func at(_ path: [String]) -> JSONValue? {
        path.reduce(self) { value, step in
            if case .array(let elements)? = value {
                return Int(step).flatMap { elements.indices.contains($0) ? elements[$0] : nil }
            }
            return value?[step]
        }
    }
}

extension String {
    func replacingKept(_ kept: [String: String]) -> String {
        hasPrefix("$") ? kept[String(dropFirst())] ?? self : self
    }
}
