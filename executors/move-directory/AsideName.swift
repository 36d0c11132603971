import FoundationEssentials

/// The names for something that has to make room: `render-2024-05-31_235959`, then `render-2024-05-31_235959-001`, ….
///
/// The time is that of its last change, in the time zone of the machine, as the other workers for Flamenco write it: people
/// look for "what I rendered last night".
struct AsideName {
    let path: String
    let modificationTime: Int64
    let timeZone: TimeZone

    init(_ path: String, modificationTime: Int64, timeZone: TimeZone = .current) {
        self.path = path
        self.modificationTime = modificationTime
        self.timeZone = timeZone
    }

    /// The name to try after so many others were taken.
    func attempt(_ number: Int) -> String {
        "\(path)-\(stamp)" + (number == 0 ? "" : "-\(padded(number, 3))")
    }

    private var stamp: String {
        var calendar = Calendar(identifier: .gregorian)
        calendar.timeZone = timeZone
        let date = Date(timeIntervalSince1970: TimeInterval(modificationTime))
        let parts = calendar.dateComponents([.year, .month, .day, .hour, .minute, .second], from: date)
        let day = [padded(parts.year, 4), padded(parts.month, 2), padded(parts.day, 2)].joined(separator: "-")
        return day + "_" + [parts.hour, parts.minute, parts.second].map { padded($0, 2) }.joined()
    }

    private func padded(_ number: Int?, _ width: Int) -> String {
        let digits = String(number ?? 0)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
