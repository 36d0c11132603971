import FoundationEssentials
import HumanText

/// How long a manager asks to wait (RFC 9110 §10.2.3).
enum RetryAfter {
    /// The maximum, so that a wrong clock of a manager does not silence an agent for a day.
    static let longest = Duration.seconds(3600)

    /// Parses the duration in the field, given in seconds or as a date; nil if it is neither.
    ///
    /// - Parameters:
    ///   - sent: the `Date` field of the same answer, so that differing clocks do no harm.
    ///   - now: the local time, for an answer without that field.
    static func duration(_ field: String?, date sent: String?, now: Date) -> Duration? {
        guard let field else { return nil }
        if let seconds = Int64(field) { return seconds < 0 ? nil : min(.seconds(seconds), longest) }
        guard let end = HTTPDate.parse(field) else { return nil }
        let start = sent.flatMap(HTTPDate.parse).map(Double.init) ?? now.timeIntervalSince1970
        return min(max(.zero, .seconds(Double(end) - start)), longest)
    }
}
