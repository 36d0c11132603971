import Agent
import ExecutorKit
import Executors
import FlamencoAPI
import Foundation
import HTTPServer
import TestSupport
import Testing

@Suite("The life of a worker, request by request", .timeLimit(.minutes(1)))
struct TranscriptTests {
    @Test("is as the transcript says, field by field", arguments: APIDialect.allCases)
    func life(dialect: APIDialect) async throws {
        let folder = try TemporaryFolder()
        let (gate, image) = (folder.path("gate"), folder.path("0001.png"))
        let made = await
            (try RunningProgram(
                "/usr/bin/env",
                ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=32x16", "-frames:v", "1", image])).end()
        try #require(made.exit == .status(0), "\(made.output)")
        let worker = "11111111-2222-4333-8444-555555555555"
        let player = TranscriptPlayer(
            try Transcript(
                of: dialect,
                [
                    "worker": worker, "task": "21111111-2222-4333-8444-555555555555",
                    "job": "31111111-2222-4333-8444-555555555555",
                    "script": "echo flamenco_output: \(image); until test -e \(gate); do sleep 0.01; done",
                ]), worker: worker
        ) {
            _ = FileManager.default.createFile(atPath: gate, contents: nil)
        }
        let server = try HTTPServer.start { player.answer($0) }
        let settings = try Settings(
            SettingsInput(
                options: [
                    "manager_url": server.url, "worker_name": "render-1", "task_types": "misc",
                    "restart_exit_code": "47", "running_poll_interval": "100ms", "asleep_poll_interval": "100ms",
                    "task_poll_interval": "100ms",
                ], environment: [:], file: nil), machineName: "render-1")
        let agent = Worker(
            try await WorkerParts(
                settings: settings, state: StateDirectory(path: folder.path("state")),
                executors: ExecutorRegistry(BuiltinExecutors.all),
                programs: ProgramRunner(supervisor: BuiltProducts.path("task-supervisor")),
                clock: SlowClock(), log: .silent))
        #expect(await agent.run() == .stop)
        #expect(player.differences.isEmpty)
        await server.stop(within: .seconds(1))
    }
}

/// A clock whose time passes ten times more slowly, so that a log does not become due while a busy machine makes a preview.
private struct SlowClock: Clock {
    private static let factor = 10

    private let start = ContinuousClock.now

    var now: ContinuousClock.Instant { start + (ContinuousClock.now - start) / Self.factor }

    var minimumResolution: Duration { ContinuousClock().minimumResolution * Self.factor }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await ContinuousClock().sleep(until: start + (deadline - start) * Self.factor, tolerance: tolerance)
    }
}
