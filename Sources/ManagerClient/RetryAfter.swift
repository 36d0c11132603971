import FoundationEssentials

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
        guard let end = HTTPDate.date(field) else { return nil }
        return min(max(.zero, .seconds(end.timeIntervalSince(sent.flatMap(HTTPDate.date) ?? now))), longest)
    }
}

/// Times in header fields.
enum HTTPDate {
    /// RFC 9110 §5.6.7, the one form that senders may use: `Sun, 06 Nov 1994 08:49:37 GMT`.
    static func date(_ field: String) -> Date? {
        let words = field.split(separator: " ")
        let months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
        guard words.count == 6, words[5] == "GMT", let month = months.firstIndex(of: String(words[2])) else {
            return nil
        }
        let number = month < 9 ? "0\(month + 1)" : "\(month + 1)"
        return try? Date("\(words[3])-\(number)-\(words[1])T\(words[4])Z", strategy: .iso8601)
    }
}
