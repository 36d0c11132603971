import FlamencoAPI
import Foundation

/// The conversation of a worker with a manager, whole and in order.
///
/// Each exchange is a few lines: method and path (`as the worker` when it goes with its credentials); behind `>` the body,
/// when there is one: JSON with all of its members, or the type of an image; the status of the answer and its body. A
/// `meanwhile` exchange belongs to a conversation of its own: it takes place at least once, at any time. Texts such as
/// `<task>` stand for what is known when the transcript is played; `<secret>`, `<software>` and `<text>` for any text.
struct Transcript: Sendable {
    /// A question and its answer.
    struct Exchange: Sendable {
        var isMeanwhile = false
        var line = ""
        var asWorker = false
        var body: String?
        var status = 0
        var reply = ""
    }

    let exchanges: [Exchange]

    /// Reads the transcript of a dialect, in which names in pointed brackets are replaced.
    init(of dialect: APIDialect, _ names: [String: String]) throws {
        let file = URL(filePath: #filePath).deletingLastPathComponent().appending(
            path: "Recorded/\(dialect.rawValue).txt")
        let text = names.reduce(try String(contentsOf: file, encoding: .utf8)) { text, name in
            text.replacing("<\(name.key)>", with: name.value)
        }
        exchanges = text.components(separatedBy: "\n\n").compactMap { paragraph in
            var exchange = Exchange()
            for line in paragraph.split(separator: "\n") where !line.hasPrefix("#") {
                if line.hasPrefix("> ") {
                    exchange.body = String(line.dropFirst(2))
                } else if let status = Int(line.prefix(3)) {
                    (exchange.status, exchange.reply) = (status, String(line.dropFirst(4)))
                } else {
                    exchange.isMeanwhile = line.hasPrefix("meanwhile ")
                    exchange.asWorker = line.hasSuffix(" as the worker")
                    exchange.line = String(line).replacing("meanwhile ", with: "").replacing(" as the worker", with: "")
                }
            }
            return exchange.line.isEmpty ? nil : exchange
        }
    }
}
