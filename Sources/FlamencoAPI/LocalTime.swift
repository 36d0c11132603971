package import FoundationEssentials
import System

extension TimeZone {
    /// The time zone of this machine, as its offset from UTC at a date.
    ///
    /// `TimeZone.current` needs the data of ICU, which packaged programs do without. The C library reads the time zone of the
    /// machine, and notices when it changes (man 3 tzset).
    package static func local(at date: Date) -> TimeZone {
        let seconds = Int(exactly: date.timeIntervalSince1970.rounded(.down)) ?? 0
        return TimeZone(secondsFromGMT: LocalClock.offset(at: seconds)) ?? .gmt
    }
}

extension Date {
    /// The date in local time, to the second, as in `2026-11-28 08:00:05`.
    package var localText: String {
        formatted(
            ISO8601FormatStyle(dateTimeSeparator: .space, timeZone: .local(at: self)).year().month().day()
                .time(includingFractionalSeconds: false))
    }
}
