package import FoundationEssentials
import System

/// The times of the week at which a node works, in local time: `mo-fr 19:00-08:00, sa-su`.
///
/// Parts are separated by commas. Each has days, hours or both: days such as `mo`, `mo-fr` or `mo we fr` (default:
/// every day), and hours such as `19:00-08:00` (default: the whole day). Hours that continue after midnight belong to
/// the day on which they start.
package struct WorkHours: Hashable, Sendable {
    /// The text as written in the settings.
    package let text: String
    /// When the node works, in minutes from Monday 0:00: sorted, disjoint, and none beyond the end of the week.
    private let spans: [Range<Int>]

    private static let day = 24 * 60
    private static let week = 7 * day

    /// Parses the text; nil if it is invalid.
    package init?(_ text: String) {
        var spans: [Range<Int>] = []
        for part in text.replacing("–", with: "-").replacing(#/\s*-\s*/#, with: "-").split(
            separator: ",", omittingEmptySubsequences: false)
        {
            guard let more = Self.spans(of: part) else { return nil }
            spans += more
        }
        self.text = text
        self.spans = Self.joined(spans)
    }

    // MARK: When

    /// Returns whether the node works at a date, in local time.
    package func contains(_ date: Date, _ clock: WallClock) -> Bool {
        contains(Self.seconds(date), clock)
    }

    /// Returns when ``contains(_:_:)`` changes after a date: at the next boundary of its hours, or where a change to or
    /// from daylight saving time skips one. Nil if the node always works.
    package func nextChange(after date: Date, _ clock: WallClock) -> Date? {
        let start = Self.seconds(date)
        let now = contains(start, clock)
        var time = start
        while time < start + (Self.week + Self.day) * 60 {
            let offset = clock.offset(at: time)
            let border = time + timeToBorder(at: time + offset)
            let isSame = clock.offset(at: border) == offset
            time = isSame ? border : Self.change(from: offset, after: time, by: border, clock)
            if contains(time, clock) != now { return Date(timeIntervalSince1970: Double(time)) }
        }
        return nil
    }

    private func contains(_ time: Int, _ clock: WallClock) -> Bool {
        let minute = Self.secondOfWeek(time + clock.offset(at: time)) / 60
        return spans.contains { $0.contains(minute) }
    }

    /// Returns the number of seconds from a local time to the next boundary of a span.
    private func timeToBorder(at local: Int) -> Int {
        let now = Self.secondOfWeek(local)
        let borders = spans.flatMap { [$0.lowerBound, $0.upperBound] }.map { $0 * 60 }
        let waits = borders.map { $0 > now ? $0 - now : $0 + Self.week * 60 - now }
        return waits.min() ?? Self.week * 60
    }

    /// Returns the first second with another offset than at `start`; the offset has changed by `end`.
    private static func change(from offset: Int, after start: Int, by end: Int, _ clock: WallClock) -> Int {
        var (before, after) = (start, end)
        while after - before > 1 {
            let middle = before + (after - before) / 2
            if clock.offset(at: middle) == offset { before = middle } else { after = middle }
        }
        return after
    }

    private static func seconds(_ date: Date) -> Int { Int(date.timeIntervalSince1970.rounded(.down)) }

    /// Counted from Monday 0:00. 1 January 1970 was a Thursday.
    private static func secondOfWeek(_ local: Int) -> Int {
        let (length, shifted) = (week * 60, local + 3 * day * 60)
        return (shifted % length + length) % length
    }

    // MARK: Reading

    private static func spans(of part: Substring) -> [Range<Int>]? {
        var words = part.lowercased().split(whereSeparator: \.isWhitespace)
        guard let last = words.last else { return nil }
        var hours = 0..<day
        if last.contains(":") {
            guard let said = self.hours(last) else { return nil }
            hours = said
            words.removeLast()
        }
        var days: Set<Int> = words.isEmpty ? Set(0..<7) : []
        for word in words {
            guard let more = self.days(word) else { return nil }
            days.formUnion(more)
        }
        return days.flatMap { day -> [Range<Int>] in
            let (start, end) = (day * Self.day + hours.lowerBound, day * Self.day + hours.upperBound)
            return end > week ? [start..<week, 0..<end - week] : [start..<end]
        }
    }

    /// Parses `19:00-08:00` into minutes; the end is on the next day if it is not after the start.
    private static func hours(_ text: Substring) -> Range<Int>? {
        let times = text.split(separator: "-", omittingEmptySubsequences: false).map(minutes)
        guard times.count == 2, let start = times[0], let end = times[1], start < day, start != end else { return nil }
        return start < end ? start..<end : start..<end + day
    }

    private static func minutes(_ text: Substring) -> Int? {
        guard let match = text.wholeMatch(of: #/(\d{1,2}):(\d\d)/#), let hour = Int(match.output.1),
            let minute = Int(match.output.2), minute < 60, hour < 24 || hour == 24 && minute == 0
        else { return nil }
        return hour * 60 + minute
    }

    /// Parses `mo` or `fr-mo`, counted from Monday.
    private static func days(_ text: Substring) -> [Int]? {
        let ends = text.split(separator: "-", omittingEmptySubsequences: false).map(day(named:))
        guard (1...2).contains(ends.count), let first = ends[0], let last = ends[ends.count - 1] else { return nil }
        return (0...(last - first + 7) % 7).map { (first + $0) % 7 }
    }

    /// Parses at least two letters of the English name.
    private static func day(named text: Substring) -> Int? {
        let names = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
        return text.count < 2 ? nil : names.firstIndex { $0.hasPrefix(text) }
    }

    private static func joined(_ spans: [Range<Int>]) -> [Range<Int>] {
        spans.sorted { $0.lowerBound < $1.lowerBound }.reduce(into: []) { joined, span in
            if let last = joined.last, last.upperBound >= span.lowerBound {
                joined[joined.count - 1] = last.lowerBound..<max(last.upperBound, span.upperBound)
            } else {
                joined.append(span)
            }
        }
    }
}

/// The date, and its local time.
package struct WallClock: Sendable {
    /// The date now.
    package var now: @Sendable () -> Date
    /// The offset of local time from UTC in seconds, at a time in seconds since 1970.
    private let localOffset: @Sendable (Int) -> Int

    package init(now: @escaping @Sendable () -> Date, offset: @escaping @Sendable (Int) -> Int) {
        self.now = now
        localOffset = offset
    }

    /// The clock of this machine.
    package static let system = WallClock(now: { Date() }, offset: LocalClock.offset)

    func offset(at time: Int) -> Int { localOffset(time) }

    /// Returns a date in local time, to the minute; the day is omitted if it is today, as in `08:00` and `2026-11-28
    /// 08:00`.
    package func text(_ date: Date) -> String {
        let text = full(date)
        return text.prefix(10) == full(now()).prefix(10) ? String(text.suffix(5)) : text
    }

    private func full(_ date: Date) -> String {
        let offset = localOffset(Int(date.timeIntervalSince1970.rounded(.down)))
        let style = Date.ISO8601FormatStyle(dateTimeSeparator: .space).year().month().day()
            .time(includingFractionalSeconds: false)
        return String((date + Double(offset)).formatted(style).prefix(16))
    }
}
