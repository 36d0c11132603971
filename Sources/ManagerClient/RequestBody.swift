import FoundationEssentials

/// The body of a request, and what it is.
struct RequestBody: Sendable {
    let contentType: String
    let data: Data

    /// JSON.
    static func json(_ data: Data) -> RequestBody { RequestBody(contentType: "application/json", data: data) }
}
