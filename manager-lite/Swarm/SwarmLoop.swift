import FlamencoAPI
import FoundationEssentials
import HTTPServer
import System

/// The thread of a swarm: transfers the bytes of all its workers, each over its own connection, and lets each do what
/// is due.
///
/// Not `Sendable`: everything belongs to the thread of `run()`.
final class SwarmLoop {
    /// The connection of a worker.
    private struct Link {
        let socket: Socket
        var interest: Poller.Interest = []
        var output: ArraySlice<UInt8> = []
        var reader = AnswerReader()
        /// The request in progress and its start; nil between requests.
        var asked: (operation: FlamencoAPI.Operation, time: Duration)?
    }

    private let plan: SwarmPlan
    private let address: SocketAddress
    private let hostField: String
    private let progress: SwarmProgress
    private var poller: Poller
    private var workers: [SwarmWorker]
    private var links: [Link?]
    private var agenda = Agenda<Int>()
    private var report = SwarmReport()
    private var leavingSince: Duration?
    private let start = ContinuousClock.now
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 64 << 10, alignment: 16)

    private static let lookInterval = Duration.milliseconds(200)

    /// Creates a swarm.
    init(plan: SwarmPlan, address: SocketAddress, progress: SwarmProgress) throws(SystemError) {
        self.plan = plan
        self.address = address
        self.progress = progress
        hostField = "\(plan.host.contains(":") ? "[\(plan.host)]" : plan.host):\(plan.port)"
        poller = try Poller()
        let messages = SwarmMessages(dialect: plan.dialect)
        workers = (0..<plan.workers).map { SwarmWorker(plan: plan, messages: messages, number: $0) }
        links = [Link?](repeating: nil, count: plan.workers)
    }

    deinit { buffer.deallocate() }

    private var now: Duration { start.duration(to: .now) }

    /// Works until the time is over or it is stopped, then lets the workers sign off.
    func run() -> SwarmReport {
        // Not all at once: a farm starts over some seconds.
        for index in workers.indices {
            agenda.add(index, at: plan.pollInterval * Double(index) / Double(workers.count))
        }
        var nextLook = Duration.zero
        while nextLook != .seconds(Int64.max) {
            let until = min(agenda.nextTime ?? nextLook, nextLook)
            for event in poller.wait(atMost: max(until - now, .zero)) { serve(Int(event.id), event) }
            let time = now
            while let (_, index) = agenda.takeFirst(dueAt: time) { advance(index) }
            guard time >= nextLook else { continue }
            nextLook = look(at: time) ? time + Self.lookInterval : .seconds(Int64.max)
        }
        for index in links.indices { drop(index) }
        report.completedTasks = workers.reduce(0) { $0 + $1.completedTasks }
        report.failedTasks = workers.reduce(0) { $0 + $1.failedTasks }
        return report
    }

    // MARK: Time

    /// Checks whether it is time to stop, and for requests that take too long; returns false when everything is over.
    private func look(at time: Duration) -> Bool {
        let present = workers.count(where: \.isPresent)
        report.largestPresence = max(report.largestPresence, present)
        let done = workers.reduce(0) { $0 + $1.completedTasks + $1.failedTasks }
        progress.note(present: present, tasks: done, requests: report.requests)
        for index in links.indices {
            guard let asked = links[index]?.asked, time - asked.time > SwarmPlan.requestTime else { continue }
            lose(index, "no answer in time")
        }
        if let leavingSince {
            return time - leavingSince < SwarmPlan.leaveTime && !workers.allSatisfy(\.isGone)
        }
        guard time >= plan.time || progress.isStopped else { return true }
        leavingSince = time
        report.duration = time
        for index in workers.indices {
            workers[index].leave(now: time, within: min(plan.pollInterval, .seconds(5)))
            if links[index]?.asked == nil { agenda.add(index, at: time) }
        }
        return true
    }

    /// Lets a worker do its next step, unless it waits for an answer.
    private func advance(_ index: Int) {
        guard links[index]?.asked == nil else { return }
        let time = now
        switch workers[index].next(now: time) {
        case .wait(let until): agenda.add(index, at: until)
        case .gone: drop(index)
        case .ask(let request): send(request, of: index, at: time)
        }
    }

    // MARK: Connections

    private func send(_ request: SwarmRequest, of index: Int, at time: Duration) {
        if links[index] == nil { connect(index) }
        guard links[index] != nil else {
            report.count(request.operation, failure: "no connection")
            workers[index].failed(now: time)
            return advance(index)
        }
        links[index]?.asked = (request.operation, time)
        links[index]?.output = request.bytes(in: plan.dialect, host: hostField)[...]
        flush(index)
    }

    private func connect(_ index: Int) {
        guard let socket = try? Socket(family: address.family) else { return }
        guard (try? socket.connect(to: address)) != nil else { return socket.close() }
        poller.add(socket, id: UInt64(index), interest: .input)
        links[index] = Link(socket: socket, interest: .input)
    }

    private func flush(_ index: Int) {
        guard let link = links[index], !link.output.isEmpty else { return }
        switch link.output.withUnsafeBytes(link.socket.send) {
        case .done(let count): links[index]?.output.removeFirst(count)
        case .wouldBlock: break
        case .ended: return lose(index, "connection lost")
        }
        let interest: Poller.Interest = links[index]?.output.isEmpty == true ? .input : [.input, .output]
        guard interest != link.interest else { return }
        links[index]?.interest = interest
        poller.change(link.socket, id: UInt64(index), interest: interest)
    }

    private func serve(_ index: Int, _ event: Poller.Event) {
        guard let link = links[index] else { return }
        if event.isGone { return lose(index, "connection lost") }
        if event.ready.contains(.output) { flush(index) }
        guard event.ready.contains(.input), links[index] != nil else { return }
        switch link.socket.receive(into: buffer) {
        case .done(let count): receive(UnsafeRawBufferPointer(rebasing: buffer[..<count]), index)
        case .wouldBlock: break
        case .ended: lose(index, "connection lost")
        }
    }

    private func receive(_ bytes: UnsafeRawBufferPointer, _ index: Int) {
        let answer: AnswerReader.Answer?
        do throws(AnswerReader.AnswerError) {
            answer = try links[index]?.reader.take(bytes)
        } catch {
            return lose(index, "not an HTTP answer")
        }
        guard let answer, let asked = links[index]?.asked else { return }
        let time = now
        links[index]?.asked = nil
        report.count(asked.operation, status: answer.status, after: time - asked.time)
        if !answer.keepsAlive { drop(index) }
        workers[index].answered(answer.status, answer.body, now: time)
        advance(index)
    }

    /// Handles a broken connection; a request in progress is lost.
    private func lose(_ index: Int, _ reason: String) {
        let asked = links[index]?.asked
        drop(index)
        guard let asked else { return }
        report.count(asked.operation, failure: reason)
        workers[index].failed(now: now)
        advance(index)
    }

    private func drop(_ index: Int) {
        guard let link = links[index] else { return }
        links[index] = nil
        poller.remove(link.socket, id: UInt64(index))
        link.socket.close()
    }
}
