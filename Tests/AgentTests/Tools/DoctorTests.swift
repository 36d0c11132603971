import Synchronization
import TestSupport
import Testing

@testable import Agent

@Suite("The doctor", .timeLimit(.minutes(1)))
struct DoctorTests {
    private struct Check: DoctorCheck {
        let name: String
        let body: @Sendable () async -> DoctorFinding

        func run() async -> DoctorFinding { await body() }
    }

    @Test("keeps the order, and does not wait for what hangs")
    func hangs() async {
        let clock = ManualClock()
        let forever = AsyncStream<Void>.makeStream()
        let doctor = Doctor(
            [
                Check(name: "hangs") {
                    // As in a system call: deaf to cancellation.
                    await Task.detached { for await _ in forever.stream {} }.value
                    return .ok("too late")
                },
                Check(name: "well") { .ok("fine") },
                Check(name: "so so") { .warning("hm", "look") },
            ], limit: .seconds(20), clock: clock)
        async let results = doctor.results()
        while !clock.pendingSleeps.contains(.seconds(20)) { await Task.yield() }
        // The others may have been quicker than their alarms.
        for _ in 0..<100 { await Task.yield() }
        clock.advance(by: .seconds(20))
        let all = await results
        #expect(all.map(\.name) == ["hangs", "well", "so so"])
        #expect(all.map(\.status) == [.failed, .ok, .warning])
        #expect(all[0].finding == "no result within 20 s")
        #expect(all[2].advice == "look")
        forever.continuation.finish()
    }

    @Test(
        "how long Blender stays open, and what keeps it from that",
        arguments: [
            ([:], nil), (["keep_blender_open": "30s", "keep_blender_memory": "8GiB"], "for 30 s, with at most 8 GiB"),
            (["keep_blender_open": "30s", "hooks": #"{"after_task": "/x"}"#], "there is \"after_task\""),
            (["keep_blender_open": "30s", "cpu_time_limit": "1h"], "there is \"cpu_time_limit\""),
        ] as [([String: String], String?)])
    func keepBlender(options: [String: String], words: String?) async throws {
        let options = options.merging(["manager_url": "http://m"]) { $1 }
        let settings = try Settings(SettingsInput(options: options, environment: [:], file: nil), machineName: "n")
        let finding = await KeepBlenderCheck(settings: settings).run()
        #expect(words.map(finding.finding.hasSuffix) ?? (finding.status == .notApplicable), "\(finding)")
    }
}
