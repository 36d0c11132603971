package import FlamencoAPI
import FoundationEssentials
package import HTTPServer

/// Answers in JSON.
package enum JSONReply {
    /// A value.
    package static func value(
        _ value: some Encodable, status: Int = 200, in dialect: APIDialect? = nil
    ) -> HTTPResponse {
        do {
            return HTTPResponse(
                status: status, headers: ["Content-Type": "application/json"],
                body: try WireJSON.encode(value, in: dialect))
        } catch {
            return Self.error(500, "the answer cannot be written as JSON: \(error)")
        }
    }

    /// An error (contract: `Error`).
    package static func error(_ status: Int, _ message: String) -> HTTPResponse {
        value(ErrorReply(code: status, message: message), status: status)
    }

    /// 204: yes, and there is nothing to say.
    package static let nothing = HTTPResponse(status: 204)
}
