import FlamencoAPI
import Foundation
import HTTPServer
import Synchronization

/// A manager that answers as a transcript says, and notes everything that is not as it says.
final class TranscriptPlayer: Sendable {
    private struct State {
        var next = 0
        var seen: Set<Int> = []
        var secret: String?
        var differences: [String] = []
    }

    private let transcript: Transcript
    private let worker: String
    private let state = Mutex(State())
    private let onMeanwhile: @Sendable () -> Void

    /// - Parameter onMeanwhile: called when all that takes place meanwhile has taken place.
    init(_ transcript: Transcript, worker: String, onMeanwhile: @escaping @Sendable () -> Void) {
        self.transcript = transcript
        self.worker = worker
        self.onMeanwhile = onMeanwhile
    }

    /// What was not as the transcript says, and what is missing of it.
    var differences: [String] {
        state.withLock { state in
            let missing = transcript.exchanges.enumerated().filter { index, exchange in
                exchange.isMeanwhile ? !state.seen.contains(index) : index >= state.next
            }
            return state.differences + missing.map { "missing: \($0.element.line)" }
        }
    }

    func answer(_ request: HTTPRequest) -> HTTPResponse {
        let line = "\(request.method) \(request.target)"
        let (exchange, isComplete) = state.withLock { state -> (Transcript.Exchange?, Bool) in
            skipMeanwhile(&state)
            let exchanges = transcript.exchanges
            var index = state.next
            if index < exchanges.count, exchanges[index].line == line {
                state.next += 1
                skipMeanwhile(&state)
            } else if let other = exchanges.firstIndex(where: { $0.isMeanwhile && $0.line == line }) {
                index = other
                state.seen.insert(other)
            } else {
                let expected = index < exchanges.count ? exchanges[index].line : "nothing"
                state.differences.append("expected \(expected), came \(line)")
                return (nil, false)
            }
            state.differences += check(request, exchanges[index], &state.secret)
            return (
                exchanges[index], exchanges.indices.allSatisfy { !exchanges[$0].isMeanwhile || state.seen.contains($0) }
            )
        }
        if isComplete { onMeanwhile() }
        guard let exchange else { return .json(500, "{}") }
        return exchange.reply.isEmpty ? HTTPResponse(status: exchange.status) : .json(exchange.status, exchange.reply)
    }

    private func skipMeanwhile(_ state: inout State) {
        while state.next < transcript.exchanges.count, transcript.exchanges[state.next].isMeanwhile { state.next += 1 }
    }

    private func check(_ request: HTTPRequest, _ exchange: Transcript.Exchange, _ secret: inout String?) -> [String] {
        var differences: [String] = []
        let credentials = request.basicCredentials
        if exchange.asWorker {
            if credentials?.user != worker || credentials?.password != secret {
                differences.append("\(exchange.line): wrong credentials")
            }
        } else if credentials != nil {
            differences.append("\(exchange.line): credentials that nobody needs")
        }
        let type = request.headers["Content-Type"]
        guard let expected = exchange.body else {
            if !request.body.isEmpty || type != nil {
                differences.append("\(exchange.line): a body of \(type ?? "no type")")
            }
            return differences
        }
        guard let json = try? WireJSON.decode(JSONValue.self, from: Data(expected.utf8)) else {
            if type != expected || request.body.isEmpty { differences.append("\(exchange.line): \(type ?? "no type")") }
            return differences
        }
        let body = try? WireJSON.decode(JSONValue.self, from: request.body)
        if let text = body?["secret"]?.stringValue { secret = text }
        if type != "application/json" || !(body.map { json.stands(for: $0) } ?? false) {
            differences.append("\(exchange.line): expected \(json), came \(body?.description ?? "nothing")")
        }
        return differences
    }
}

extension JSONValue {
    /// Whether another value is this one, where `<name>` is any text that is not empty.
    fileprivate func stands(for other: JSONValue) -> Bool {
        switch (self, other) {
        case (.string(let text), .string(let other)) where text.hasPrefix("<"): !other.isEmpty
        case (.object(let mine), .object(let others)):
            mine.keys == others.keys && mine.allSatisfy { key, value in others[key].map(value.stands) ?? false }
        default: self == other
        }
    }
}
