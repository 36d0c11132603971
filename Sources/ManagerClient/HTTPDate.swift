import FoundationEssentials

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
