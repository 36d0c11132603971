/// Why a farm refuses a request: the kind of refusal, and one sentence for the person who reads it.
package struct FarmError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The kind of refusal; the raw value is the HTTP status that says so.
    package enum Status: Int, Hashable, Sendable {
        /// The request makes no sense by itself.
        case badRequest = 400
        /// The caller is not who it says it is.
        case forbidden = 403
        /// There is nothing of this identity.
        case notFound = 404
        /// The request makes no sense in the state that things are in.
        case conflict = 409
        /// The caller relies on something that is not so, or not any more.
        case preconditionFailed = 412
        /// Nothing is in the range that was asked for.
        case nothingInRange = 416
    }

    package let status: Status
    /// One sentence without a full stop.
    package let description: String

    package init(_ status: Status, _ description: String) {
        self.status = status
        self.description = description
    }
}
