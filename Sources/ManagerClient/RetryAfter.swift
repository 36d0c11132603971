import FoundationEssentials
import HumanText

/// How long a manager asks to be left alone (RFC 9110 §10.2.3).
enum RetryAfter {
    /// What a manager may ask for at most, so that a slip of its clock does not silence an agent for a day.
    static let longest = Duration.seconds(3600)

    /// The span that the field says, as seconds or as a date; absent when it says neither.
    ///
    /// - Parameters:
    ///   - sent: the field `Date` of the same answer, so that clocks that differ do no harm.
    ///   - now: the time here, for an answer without that field.
    static func duration(_ field: String?, date sent: String?, now: Date) -> Duration? {
        guard let field else { return nil }
        if let seconds = Int64(field) { return seconds < 0 ? nil : min(.seconds(seconds), longest) }
        guard let end = HTTPDate.parse(field) else { return nil }
        let start = sent.flatMap(HTTPDate.parse).map(Double.init) ?? now.timeIntervalSince1970
        return min(max(.zero, .seconds(Double(end) - start)), longest)
    }
}
