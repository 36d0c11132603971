import Agent
import Testing

@Suite("When an agent takes no task, and when it leaves, as rules")
struct ReadinessRuleTests {
    @Test("three quick failures in a row make a pause, which doubles up to ten minutes and ends with a success")
    func streak() {
        var streak = FailureStreak()
        var time = Duration.zero
        for _ in 0..<2 { streak.failed(because: "no luck", lasting: .seconds(1), at: time) }
        #expect(streak.pause(at: time) == nil)
        for length in [60, 120, 240, 480, 600, 600] {
            streak.failed(because: "no luck", lasting: .seconds(1), at: time)
            let pause = streak.pause(at: time)
            #expect(pause?.length == .seconds(length) && pause?.reason == "no luck")
            #expect(streak.pause(at: time + .seconds(length - 1)) != nil)
            time += .seconds(length)
            #expect(streak.pause(at: time) == nil)
        }
        streak.succeeded()
        for _ in 0..<2 { streak.failed(because: "again", lasting: .seconds(1), at: time) }
        #expect(streak.pause(at: time) == nil)
    }

    @Test("a failure that took its time ends the row")
    func slow() {
        var streak = FailureStreak()
        for lasting in [1, 1, 10, 1, 1] { streak.failed(because: "x", lasting: .seconds(lasting), at: .zero) }
        #expect(streak.pause(at: .zero) == nil)
        streak.failed(because: "why", lasting: .seconds(1), at: .zero)
        #expect(
            streak.pause(at: .zero)?.description
                == "3 tasks in a row failed within seconds; the next is requested after 1 min; last failure: why")
    }

    @Test("an agent leaves after so long without a task, or so many of them")
    func retires() {
        var retirement = RetirementPolicy(longestIdle: .seconds(60), mostTasks: 2)
        retirement.waited(.seconds(59))
        #expect(retirement.reason == nil && retirement.shortened(.seconds(20)) == .seconds(1))
        retirement.becameBusy()
        retirement.waited(.seconds(59))
        #expect(retirement.reason == nil)
        retirement.waited(.seconds(1))
        #expect(retirement.reason == .idle(.seconds(60)))
        retirement.becameBusy()
        retirement.taskDone()
        #expect(retirement.reason == nil)
        retirement.taskDone()
        #expect(retirement.reason == .tasksDone(2))
        #expect(RetirementPolicy(longestIdle: nil, mostTasks: nil).shortened(.seconds(20)) == .seconds(20))
    }

    @Test(
        "required paths are written with what is needed of them",
        arguments: [
            ("/render", "/render"), ("/render/", "/render"), ("/render:rw", "/render:rw"),
            ("/mnt:rw:mounted", "/mnt:mounted:rw"), ("/mnt:mounted", "/mnt:mounted"), ("/r:r", "/r:r"),
            ("render", nil), ("", nil), ("/r:x", nil), ("/r:r:rw", nil), ("/r:mounted:mounted", nil), ("/r:", nil),
        ] as [(String, String?)])
    func requiredPath(text: String, meaning: String?) {
        #expect(RequiredPath(text)?.description == meaning)
    }
}
