import FarmSupport
import FlamencoAPI
import Foundation
import HTTPServer
import Synchronization
import TestSupport
import Testing

@testable import Agent
@testable import Spool

@Suite("Metrics and health", .timeLimit(.minutes(1)))
struct MetricsTests {
    private let farm: LiveFarm

    init() throws { farm = try LiveFarm() }

    private func serve(
        _ worker: Worker, heartbeat: Heartbeat = Heartbeat(of: [], clock: ManualClock())
    ) throws -> HTTPServer {
        try MetricsService.start(
            on: try #require(ListenAddress("0")), inspection: worker.inspection, heartbeat: heartbeat)
    }

    /// The answer of `curl`, head and body.
    private func get(_ server: HTTPServer, _ path: String, _ options: String...) async throws -> String {
        await (try RunningProgram("/usr/bin/env", ["curl", "-si", server.url + path] + options)).end().output
    }

    private func metrics(_ server: HTTPServer) async throws -> [ParsedMetric] {
        let answer = try await get(server, "/metrics")
        #expect(answer.hasPrefix("HTTP/1.1 200 "))
        #expect(answer.contains("Content-Type: text/plain; version=0.0.4; charset=utf-8\r\n"))
        let body = try #require(answer.firstRange(of: "\r\n\r\n")).upperBound
        return try await ParsedMetric.all(in: String(answer[body...]))
    }

    @Test("are what the parser of Prometheus takes, with a description and a type each, in base units")
    func parsed() async throws {
        let worker = try await farm.agent("node \"7\"\\ü")
        let server = try serve(worker)
        let running = Task { await worker.run() }
        let job = try await farm.submit([["true"]])
        try await until { try await farm.status(of: job) == .completed }
        let gate = farm.folder.path("gate")
        _ = try await farm.submit([["sh", "-c", "until test -e \(gate); do sleep 0.01; done"]])
        try await until { worker.inspection.status().task?.processes ?? 0 > 0 }
        let metrics = try await metrics(server)
        try expectMonitoring(of: metrics)
        #expect(Set(metrics.map(\.name)).count == metrics.count)
        for metric in metrics {
            #expect(["counter", "gauge"].contains(metric.type), "\(metric.name)")
            #expect(metric.documentation.hasSuffix("."), "\(metric.name)")
            #expect(metric.name.hasPrefix("flamenco_agent_") || metric.name.hasPrefix("process_"))
            #expect(metric.samples.allSatisfy { $0.name.hasSuffix("_total") == (metric.type == "counter") })
        }
        let info = try #require(metrics.first { $0.name == "flamenco_agent_info" }?.samples.first)
        #expect(info.labels["worker"] == "node \"7\"\\ü" && info.labels["version"] == Software.version)
        #expect(metrics.value("flamenco_agent_state", ["state": "awake"]) == 1)
        #expect(metrics.value("flamenco_agent_state", ["state": "asleep"]) == 0)
        #expect(metrics.value("flamenco_agent_tasks_total", ["outcome": "completed"]) == 1)
        #expect(metrics.value("flamenco_agent_tasks_total", ["outcome": "failed"]) == 0)
        #expect(metrics.value("flamenco_agent_task_running") == 1)
        #expect(metrics.value("flamenco_agent_task_processes") ?? 0 > 0)
        #expect(metrics.value("flamenco_agent_task_resident_memory_bytes") ?? 0 > 100_000)
        #expect(
            metrics.value("flamenco_agent_manager_requests_total", ["operation": "signOn", "status": "200"]) == 1)
        #expect(metrics.value("flamenco_agent_manager_answers") == 1)
        #expect(metrics.value("process_resident_memory_bytes") ?? 0 > 1_000_000)
        #expect(metrics.value("process_open_fds") ?? 0 > 3)
        let started = try #require(metrics.value("process_start_time_seconds"))
        #expect(abs(started - Date().timeIntervalSince1970) < 600)
        try farm.folder.write("gate", "")
        try await until { worker.inspection.status().task == nil }
        #expect(try await self.metrics(server).value("flamenco_agent_task_processes") == nil)
        worker.tell(.terminate)
        _ = await running.value
        await server.stop()
    }

    /// Expects that dashboard and alerts use no metrics but these.
    private func expectMonitoring(of metrics: [ParsedMetric]) throws {
        let names = Set(metrics.flatMap { $0.samples.map(\.name) })
        for file in ["alerts.yml", "grafana-dashboard.json"] {
            let used = try Checkout.text("systemd/monitoring/\(file)")
                .matches(of: #/\b(?:flamenco_agent|process)_\w+/#).map { String($0.output) }
            #expect(used.count > 5)
            #expect(Set(used).subtracting(names).isEmpty, "\(file)")
        }
    }

    @Test("the GPUs that programs see are named")
    func gpus() async throws {
        let worker = try await farm.agent()
        #expect(!AgentMetrics.text(worker.inspection).contains("flamenco_agent_gpu_info"))
        worker.inspection.board.hasGPUs([.init(id: "cuda:1", name: "RTX \"A4000\"")], cyclesDevice: nil)
        #expect(
            AgentMetrics.text(worker.inspection).contains(
                #"flamenco_agent_gpu_info{gpu="cuda:1",name="RTX \"A4000\"",uuid=""} 1"#))
        #expect(try Checkout.text("systemd/README.md").contains("\n| `flamenco_agent_gpu_info` | "))
    }

    @Test("what has the worker sleep is told by its cause")
    func sleepReasons() async throws {
        let worker = try await farm.agent()
        func text(_ cause: String, _ value: Int) -> String {
            "\nflamenco_agent_sleep_reason{cause=\"\(cause)\"} \(value)\n"
        }
        let awake = AgentMetrics.text(worker.inspection)
        for cause in SleepReason.Cause.allCases { #expect(awake.contains(text(cause.rawValue, 0)), "\(cause)") }
        worker.inspection.board.nodeSleeps(because: [SleepReason(cause: .workHours)])
        let asleep = AgentMetrics.text(worker.inspection)
        #expect(asleep.contains(text("work_hours", 1)) && asleep.contains(text("pause", 0)), "\(asleep)")
    }

    @Test("every metric is on the page for operators")
    func readme() async throws {
        let worker = try await farm.agent()
        let readme = try Checkout.text("systemd/README.md")
        let names = AgentMetrics.text(worker.inspection).matches(of: #/# TYPE (\S+) /#).map(\.output.1)
        #expect(names.count > 15)
        for name in names { #expect(readme.contains("`\(name)`"), "\(name)") }
    }

    @Test("health is 503 with a reason while the worker hangs, and 200 else")
    func health() async throws {
        let worker = try await farm.agent()
        let clock = ManualClock()
        let heartbeat = Heartbeat(of: worker.vitalParts, clock: clock)
        let server = try serve(worker, heartbeat: heartbeat)
        // A worker that does not run gets round to nothing.
        let beating = Task { await heartbeat.run() }
        await clock.waitForSleepers()
        #expect(try await get(server, "/healthz").hasSuffix("\r\n\r\nok\n"))
        clock.advance(by: .seconds(20))
        let sick = try await get(server, "/healthz")
        #expect(sick.hasPrefix("HTTP/1.1 503 "), "\(sick)")
        #expect(sick.hasSuffix("\r\n\r\nno response for 20 s from the worker\n"))
        let running = Task { await worker.run() }
        try await until { try await get(server, "/healthz").hasPrefix("HTTP/1.1 200 ") }
        beating.cancel()
        await beating.value
        worker.tell(.terminate)
        _ = await running.value
        await server.stop()
    }

    @Test("health is 503 while the task loop hangs, which the status shows too, but not while a task runs for long")
    func taskLoop() async throws {
        let worker = try await farm.agent()
        let running = Task { await worker.run() }
        let clock = ManualClock()
        let heartbeat = Heartbeat(of: worker.vitalParts, clock: clock)
        var inspection = worker.inspection
        inspection.heartbeat = heartbeat
        let beating = Task { await heartbeat.run() }
        _ = try await farm.submit([["sh", "-c", "until test -e \(farm.folder.path("end")); do sleep 0.01; done"]])
        try await until { worker.inspection.status().task != nil }
        for _ in 0..<5 {
            await clock.waitForSleepers()
            clock.advance(by: .seconds(5))
            try await until { heartbeat.problem == nil }
        }
        #expect(inspection.status().unresponsive == nil)

        // The disk that the loop writes to hangs.
        let gate = DispatchSemaphore(value: 0)
        let disk = await worker.parts.spools.context.disk
        let isHeldUp = Atomic(false)
        let hanging = Task {
            await disk.run {
                isHeldUp.store(true, ordering: .relaxed)
                gate.wait()
            }
        }
        try await until { isHeldUp.load(ordering: .relaxed) }
        await clock.waitForSleepers()
        clock.advance(by: .seconds(5))
        await clock.waitForSleepers()
        clock.advance(by: .seconds(12))
        // A question from before may be open too.
        try await until { heartbeat.problem?.hasSuffix(" s from the task loop") == true }
        #expect(inspection.status().unresponsive == heartbeat.problem)
        gate.signal()
        await hanging.value
        try await until { heartbeat.problem == nil }
        try farm.folder.write("end", "")
        beating.cancel()
        await beating.value
        worker.tell(.terminate)
        _ = await running.value
    }

    @Test("health is answered while others hold every connection with requests that they do not finish")
    func unfinished() async throws {
        let server = try serve(try await farm.agent())
        var holders: [HeldConnection] = []
        for _ in 0..<40 { holders.append(try await HeldConnection(to: server.port, path: "/healthz")) }
        #expect(try await get(server, "/healthz", "--max-time", "10").hasPrefix("HTTP/1.1 200 "))
        withExtendedLifetime(holders) {}
        await server.stop()
    }

    @Test("nothing else is served, and nothing can be sent")
    func others() async throws {
        let server = try serve(try await farm.agent())
        #expect(try await get(server, "/").hasPrefix("HTTP/1.1 404 "))
        #expect(try await get(server, "/metrics", "-X", "DELETE").hasPrefix("HTTP/1.1 405 "))
        #expect(try await get(server, "/metrics", "-d", "x").hasPrefix("HTTP/1.1 413 "))
        #expect(try await get(server, "/healthz", "-I").hasPrefix("HTTP/1.1 200 "))
        await server.stop()
    }

    @Test("an address that cannot be had is named")
    func taken() async throws {
        let worker = try await farm.agent()
        let server = try serve(worker)
        let address = try #require(ListenAddress("127.0.0.1:\(server.port)"))
        #expect(
            throws: SettingsError("\"metrics_listen\": cannot listen on \(address): address already in use")
        ) {
            try MetricsService.start(
                on: address, inspection: worker.inspection, heartbeat: Heartbeat(of: [], clock: ManualClock()))
        }
        await server.stop()
    }
}
