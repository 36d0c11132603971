import Agent
import FarmSupport
import FlamencoAPI
import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

@Suite("However a manager answers, for ever", .timeLimit(.minutes(3)))
struct RequestRateTests {
    /// A request as the contract of 2022 has it, and what a manager answers that works.
    enum Request: String, CaseIterable {
        case version, register, signOn, stateChanged, state, task, update

        init?(_ request: HTTPRequest) {
            switch request.target {
            case "/api/version": self = .version
            case "/api/worker/register-worker": self = .register
            case "/api/worker/sign-on": self = .signOn
            case "/api/worker/state-changed": self = .stateChanged
            case "/api/worker/state": self = .state
            case "/api/worker/task": self = .task
            case let path where path.hasPrefix("/api/worker/task/"): self = .update
            default: return nil
            }
        }

        /// What it is answered with a status, with a body that fits.
        func answer(_ status: Int) -> HTTPResponse {
            if status == 204 { return HTTPResponse(status: 204) }
            if status == 423 { return .json(423, #"{"status_requested": "awake"}"#) }
            guard status == 200 else { return .json(status, #"{"code": \#(status), "message": "no"}"#) }
            switch self {
            case .version: return .version
            case .register: return .json(200, #"{"uuid": "10000000-0000-4000-8000-000000000001"}"#)
            case .signOn, .state: return .json(200, #"{"status_requested": "awake"}"#)
            case .task:
                return .json(
                    200,
                    #"""
                    {"uuid": "20000000-0000-4000-8000-000000000001", "job": "30000000-0000-4000-8000-000000000001",
                     "name": "t", "status": "queued", "priority": 50, "job_priority": 50, "job_type": "j",
                     "task_type": "misc", "commands": [{"name": "echo", "parameters": {"message": "hello"}}]}
                    """#)
            case .stateChanged, .update: return .json(200, "{}")
            }
        }
    }

    static let statuses = [200, 204, 301, 400, 401, 403, 404, 405, 408, 409, 413, 418, 422, 423, 429, 500, 502, 503]

    /// More than an agent asks in a minute that polls its state every two seconds, and tells how its tasks go.
    private static let most = 240

    @Test(
        "a minute has no more than a few hundred requests",
        arguments: Request.allCases, statuses)
    func everyAnswer(_ subject: Request, _ status: Int) async throws {
        let farm = try LiveFarm()
        let count = Mutex(0)
        let counting: @Sendable () -> Int = { count.withLock(\.self) }
        let manager = try StandInManager { request, _ in
            count.withLock { $0 += 1 }
            guard let kind = Request(request) else { return .json(404, "{}") }
            if kind == subject { return kind.answer(status) }
            switch kind {
            case .stateChanged, .state, .update: return kind.answer(204)
            // Updates come of tasks only.
            case .task: return kind.answer(subject == .update || subject == .state ? 200 : 204)
            default: return kind.answer(200)
            }
        }
        let clock = ManualClock()
        let worker = try await farm.agent(
            options: [
                "manager_url": manager.server.url, "running_poll_interval": "2s", "asleep_poll_interval": "10s",
                "task_poll_interval": "20s",
            ], clock: clock)
        let running = Task { await worker.run() }
        for _ in 0..<60 {
            // The clock goes on when nothing is asked any more; of an agent that never rests, never.
            var before = -1
            while before != counting(), counting() <= Self.most {
                before = counting()
                try await Task.sleep(for: .milliseconds(20))
            }
            if counting() > Self.most { break }
            clock.advance(by: .seconds(1))
        }
        #expect(counting() <= Self.most)
        worker.tell(.terminate)
        let turning = Task {
            while !Task.isCancelled {
                clock.advance(by: .seconds(1))
                try? await Task.sleep(for: .milliseconds(5))
            }
        }
        _ = await running.value
        turning.cancel()
    }
}

@Suite("An outcome that the manager refuses", .timeLimit(.minutes(1)))
struct RefusedOutcomeTests {
    @Test("counts as lost, not as completed")
    func lost() async throws {
        let farm = try LiveFarm()
        let manager = try StandInManager { request, before in
            guard let kind = RequestRateTests.Request(request) else { return .json(404, "{}") }
            switch kind {
            case .stateChanged, .state: return kind.answer(204)
            case .task: return kind.answer(before == 0 ? 200 : 204)
            case .update: return kind.answer(request.body.range(of: Data("completed".utf8)) == nil ? 204 : 409)
            default: return kind.answer(200)
            }
        }
        let worker = try await farm.agent(options: ["manager_url": manager.server.url])
        let running = Task { await worker.run() }
        try await until { worker.inspection.status().tasks.lost == 1 }
        #expect(worker.inspection.status().tasks.completed == 0)
        worker.tell(.terminate)
        _ = await running.value
    }
}
