/// Why a request cannot be taken: the status to answer with, and a sentence for whoever sent it.
struct RequestError: Error, Hashable, CustomStringConvertible {
    let status: Int
    let message: String

    init(_ status: Int, _ message: String) {
        self.status = status
        self.message = message
    }

    /// 400 with a sentence.
    static func malformed(_ message: String) -> RequestError { RequestError(400, message) }

    var description: String { "\(status): \(message)" }
}
