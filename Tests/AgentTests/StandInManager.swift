import FlamencoAPI
import FoundationEssentials
import HTTPServer
import Synchronization

/// A manager that answers as a test says, and remembers what it was asked.
final class StandInManager: Sendable {
    /// A request as a test looks at it.
    struct Asked: Sendable {
        let line: String
        let body: JSONValue?
        let user: String?
    }

    let server: HTTPServer
    private let record: Record

    private final class Record: Sendable {
        let asked = Mutex<[Asked]>([])
    }

    /// - Parameter answer: gets the request, and how often its path was asked for before.
    init(speaksV3: Bool = false, _ answer: @escaping @Sendable (HTTPRequest, Int) async -> HTTPResponse) throws {
        let record = Record()
        self.record = record
        server = try HTTPServer.start { request in
            let line = "\(request.method) \(request.target)"
            let body = try? WireJSON.decode(JSONValue.self, from: request.body)
            let before = record.asked.withLock { asked in
                let before = asked.count { $0.line == line }
                asked.append(Asked(line: line, body: body, user: request.basicCredentials?.user))
                return before
            }
            // It is one of 2022, unless the test knows of others.
            if request.target == "/api/v3/version", !speaksV3 { return .json(404, "{}") }
            return await answer(request, before)
        }
    }

    /// What was asked, in order.
    var asked: [Asked] { record.asked.withLock(\.self) }
    /// The request lines, in order.
    var lines: [String] { asked.map(\.line) }
}

extension HTTPResponse {
    /// JSON text with a status.
    static func json(_ status: Int = 200, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "application/json"], body: Data(text.utf8))
    }

    /// The answer of a manager that says which it is.
    static let version = json(200, #"{"version": "3.0", "name": "Flamenco Manager"}"#)
}
