import Foundation
import Testing

@testable import Agent

@Suite("Work hours")
struct WorkHoursTests {
    private static func date(_ text: String) throws -> Date { try Date.ISO8601FormatStyle().parse(text + ":00Z") }

    /// A clock in a time zone that shows this, in UTC.
    private static func clock(_ zone: String = "UTC", at text: String = "2026-11-27T12:00") throws -> WallClock {
        let zone = try #require(TimeZone(identifier: zone))
        let now = try date(text)
        return WallClock(now: { now }, offset: { zone.secondsFromGMT(for: Date(timeIntervalSince1970: Double($0))) })
    }

    private static func next(_ hours: String, after text: String, _ zone: String = "UTC") throws -> Date? {
        try #require(WorkHours(hours)).nextChange(after: date(text), clock(zone))
    }

    // The 27th of November 2026 is a Friday.
    @Test(
        "hold for the days that they name; what goes on after midnight belongs to the day on which it began",
        arguments: [
            ("2026-11-27T18:59", false), ("2026-11-27T19:00", true), ("2026-11-28T07:59", true),
            ("2026-11-28T12:00", true), ("2026-11-29T23:59", true), ("2026-11-30T00:00", false),
            ("2026-11-30T07:59", false), ("2026-11-30T19:00", true), ("2026-12-01T07:59", true),
            ("2026-12-01T08:00", false),
        ])
    func days(time: String, isWithin: Bool) throws {
        let hours = try #require(WorkHours("mo-fr 19:00-08:00, sa-su"))
        #expect(try hours.contains(Self.date(time), Self.clock()) == isWithin)
        // Seconds do not matter.
        #expect(try hours.contains(Self.date(time) + 59, Self.clock()) == isWithin)
    }

    @Test(
        "are written with days, hours or both",
        arguments: [
            ("19:00-08:00", "2026-11-27T20:00", true), ("19:00-08:00", "2026-11-27T12:00", false),
            ("fr", "2026-11-27T00:00", true), ("fr", "2026-11-28T00:00", false),
            ("Friday 11:00–13:00", "2026-11-27T12:00", true), ("FRI 9:00 - 12:00", "2026-11-27T12:00", false),
            ("sa-mo", "2026-11-30T12:00", true), ("sa-mo", "2026-12-01T12:00", false),
            ("mo we fr 10:00-24:00", "2026-11-27T23:59", true), ("mo we fr", "2026-11-26T12:00", false),
            ("su 20:00-06:00", "2026-11-30T05:59", true), ("su 20:00-06:00", "2026-11-30T06:00", false),
            ("mo-su 00:00-24:00", "2026-11-27T12:00", true),
        ])
    func forms(text: String, time: String, isWithin: Bool) throws {
        let hours = try #require(WorkHours(text))
        #expect(try hours.contains(Self.date(time), Self.clock()) == isWithin)
    }

    @Test(
        "that make no sense are refused in a sentence",
        arguments: [
            "", "mo-fr 25:00-08:00", "mo-fr 19:00", "19-8", "dom", "m", "fr 08:00-08:00", "mo,,fr", "fr 19:60-20:00",
            "mo-fr 19:00-08:00 sa", "24:00-08:00", "mo-we-fr", "10:00-12:00-14:00", "-", "fr 9:00-24:01", "fr :00-1:00",
        ])
    func nonsense(text: String) {
        #expect(WorkHours(text) == nil)
        let error = #expect(throws: SettingsError.self) {
            let options = ["manager_url": "http://m", "work_hours": text]
            _ = try Settings(SettingsInput(options: options, environment: [:], file: nil), machineName: "n")
        }
        #expect(
            error?.description
                == "--work-hours should be days, hours or both, as in \"mo-fr 19:00-08:00, sa-su\", but is \"\(text)\"")
    }

    @Test("end and begin at the next of their borders that changes anything")
    func nextChange() throws {
        let hours = "mo-fr 19:00-08:00, sa-su"
        #expect(try Self.next(hours, after: "2026-11-27T12:00") == Self.date("2026-11-27T19:00"))
        #expect(try Self.next(hours, after: "2026-11-27T19:00") == Self.date("2026-11-30T00:00"))
        #expect(try Self.next(hours, after: "2026-11-30T20:00") == Self.date("2026-12-01T08:00"))
        #expect(try Self.next("fr 12:00-13:00", after: "2026-11-27T13:00") == Self.date("2026-12-04T12:00"))
        #expect(try Self.next("mo-su", after: "2026-11-27T12:00") == nil)
        #expect(try Self.next("00:00-12:00, 12:00-24:00", after: "2026-11-27T12:00") == nil)
    }

    @Test("go by the clock on the wall when summer time begins and ends")
    func summerTime() throws {
        let berlin = "Europe/Berlin"
        func next(_ hours: String, _ time: String) throws -> Date? { try Self.next(hours, after: time, berlin) }
        // A night of seven hours, and one of nine.
        #expect(try next("sa 22:00-06:00", "2026-03-28T21:00") == Self.date("2026-03-29T04:00"))
        #expect(try next("sa 22:00-06:00", "2026-10-24T20:00") == Self.date("2026-10-25T05:00"))
        // 2:30 does not come; it is 3:00 at once.
        #expect(try next("su 02:30-05:00", "2026-03-29T00:10") == Self.date("2026-03-29T01:00"))
        #expect(try next("su 02:30-05:00", "2026-03-29T01:00") == Self.date("2026-03-29T03:00"))
        #expect(try next("su 02:10-02:50", "2026-03-29T00:10") == Self.date("2026-04-05T00:10"))
        // 2:00 comes twice.
        #expect(try next("su 02:00-02:30", "2026-10-25T00:10") == Self.date("2026-10-25T00:30"))
        #expect(try next("su 02:00-02:30", "2026-10-25T00:30") == Self.date("2026-10-25T01:00"))
        #expect(try next("su 02:00-02:30", "2026-10-25T01:00") == Self.date("2026-10-25T01:30"))
        let hours = try #require(WorkHours("su 02:00-02:30"))
        for (time, isWithin) in [("00:15", true), ("00:45", false), ("01:15", true), ("01:45", false)] {
            #expect(try hours.contains(Self.date("2026-10-25T" + time), Self.clock(berlin)) == isWithin, "\(time)")
        }
    }

    @Test("are those of the time zone where the machine is", arguments: ["Asia/Kolkata", "America/St_Johns", "UTC"])
    func timeZones(zone: String) throws {
        let clock = try Self.clock(zone)
        let hours = try #require(WorkHours("08:00-20:00"))
        let change = try #require(hours.nextChange(after: clock.now(), clock))
        #expect(["08:00", "20:00"].contains(clock.text(change).suffix(5)))
        #expect(hours.contains(change, clock) == clock.text(change).hasSuffix("08:00"))
        #expect(hours.contains(change - 1, clock) != hours.contains(change, clock))
    }

    @Test("are shown to the minute, with the day where it is another")
    func text() throws {
        let clock = try Self.clock("Europe/Berlin", at: "2026-11-27T22:30")
        #expect(try clock.text(Self.date("2026-11-27T08:05")) == "09:05")
        #expect(try clock.text(Self.date("2026-11-27T23:00")) == "2026-11-28 00:00")
        // This machine's clock is Foundation's.
        let now = Date()
        let offset = TimeZone.current.secondsFromGMT(for: now)
        #expect(WallClock.system.offset(at: Int(now.timeIntervalSince1970)) == offset)
    }
}
