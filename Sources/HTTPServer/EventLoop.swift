import System

/// The thread of a server: accepts connections, moves their bytes, starts handlers. It never waits for a single one of
/// them.
///
/// Not `Sendable`: everything belongs to the thread of `run()`. Other threads use its event queue.
final class EventLoop {
    private enum ID { static let listener: UInt64 = 0, events: UInt64 = 1, firstConnection: UInt64 = 2 }

    /// How long a closed connection is kept so that the other end can receive what was sent.
    private static let lingerTime = Duration.seconds(2)
    /// How long no connection is accepted after the process ran out of descriptors.
    private static let exhaustionPause = Duration.milliseconds(200)

    private let limits: HTTPLimits
    private let clock: LoopClock
    private let handler: HTTPHandler
    private let events: EventQueue
    private let date = DateField()

    private var poller: Poller
    private var listener: Socket?
    private var isListening = true
    private var alarm: Alarm
    private var connections: [UInt64: Connection] = [:]
    private var nextID = ID.firstConnection
    /// The number of bytes held for all connections.
    private var heldBytes = 0
    // One for all connections, so that idle ones need none.
    private let buffer = UnsafeMutableRawBufferPointer.allocate(byteCount: 256 << 10, alignment: 16)
    private var stopWaiters: [CheckedContinuation<Void, Never>] = []
    private var isStopping = false
    private var hasToEnd = false

    /// Takes ownership of `listener`.
    init(
        listener: Socket, events: EventQueue, limits: HTTPLimits, clock: LoopClock, handler: @escaping HTTPHandler
    ) throws(SystemError) {
        self.listener = listener
        self.events = events
        self.limits = limits
        self.clock = clock
        self.handler = handler
        alarm = Alarm(clock: clock, events: events)
        poller = try Poller()
        poller.add(listener, id: ID.listener, interest: .input)
        poller.add(events.wakeReader, id: ID.events, interest: .input)
    }

    deinit { buffer.deallocate() }

    /// Serves until told to stop.
    func run() {
        while !hasToEnd, !isStopping || !connections.isEmpty {
            for event in poller.wait() {
                switch event.id {
                case ID.listener: takeConnections()
                case ID.events: events.takeAll().forEach(handle)
                default: connections[event.id].map { serve($0, event) }
                }
            }
        }
        end()
    }

    private func end() {
        alarm.cancel()
        stopListening()
        connections.values.forEach(close)
        for event in events.close() {
            switch event {
            case .stop(let waiter): stopWaiters.append(waiter)
            case .answer(let response, _): response.stream?.cut()
            case .written, .alarm, .cut: break
            }
        }
        stopWaiters.forEach { $0.resume() }
    }

    // MARK: Events

    private func handle(_ event: EventQueue.Event) {
        switch event {
        case .answer(let response, let id):
            guard let connection = connections[id] else {
                response.stream?.cut()
                return
            }
            connection.state.answered(response)
            response.stream.map { attach($0, to: connection) }
            proceed(connection)
            makeRoomInMemory()
        case .written(let id):
            guard let connection = connections[id] else { return }
            connection.state.takeStream()
            proceed(connection)
        case .alarm: endWhatIsOverdue()
        case .stop(let waiter):
            stopWaiters.append(waiter)
            if !isStopping { stop() }
        case .cut: hasToEnd = true
        }
    }

    private func attach(_ stream: HTTPStream, to connection: Connection) {
        guard connection.state.isStreaming else { return stream.cut() }
        connection.stream = stream
        let (events, id) = (events, connection.id)
        stream.connect { events.post(.written(connection: id)) }
        // What was written before the stream had an observer.
        connection.state.takeStream()
    }

    // Connections and requests that arrived before this call are served.
    private func stop() {
        if connections.count < limits.connections { takeConnections() }
        stopListening()
        isStopping = true
        for connection in Array(connections.values) {
            if connection.state.isIdle { receive(connection) }
            connection.state.stop()
            proceed(connection)
        }
    }

    // MARK: Connections

    // At least one connection is waiting: makes room for it, and accepts more as long as there is room.
    private func takeConnections() {
        guard let listener, makeRoom() else { return listen(false) }
        repeat {
            switch listener.accept() {
            case .none: return
            case .exhausted where closeOldest(): break
            case .exhausted:
                listen(false)
                alarm.set(clock.now() + Self.exhaustionPause)
                return
            case .connection(let socket, let address): add(socket, address)
            }
        } while connections.count < limits.connections
    }

    private func add(_ socket: Socket, _ address: String) {
        let state = ConnectionState(limits: limits, date: date.now)
        let connection = Connection(id: nextID, socket: socket, remoteAddress: address, state: state)
        nextID += 1
        connections[connection.id] = connection
        poller.add(socket, id: connection.id, interest: connection.interest)
        proceed(connection)
    }

    private func makeRoom() -> Bool { connections.count < limits.connections || closeOldest() }

    /// Closes the connection that has been idle longest, otherwise an unfinished one if the limits allow that.
    private func closeOldest() -> Bool {
        func oldest(_ matches: (Connection) -> Bool) -> Connection? {
            connections.values.lazy.filter(matches).min { ($0.deadline ?? .zero) < ($1.deadline ?? .zero) }
        }
        let closing =
            oldest(\.state.isIdle)
            ?? (limits.closesUnfinished ? oldest { $0.deadline != nil && $0.wait != .handler } : nil)
        guard let closing else { return false }
        close(closing)
        return true
    }

    private func listen(_ isListening: Bool) {
        guard let listener, isListening != self.isListening else { return }
        self.isListening = isListening
        poller.change(listener, id: ID.listener, interest: isListening ? .input : [])
    }

    private func stopListening() {
        guard let listener else { return }
        poller.remove(listener, id: ID.listener)
        listener.close()
        self.listener = nil
    }

    private func close(_ connection: Connection) {
        connections[connection.id] = nil
        heldBytes -= connection.countedBytes
        connection.countedBytes = 0
        connection.handling?.cancel()
        connection.stream?.cut()
        poller.remove(connection.socket, id: connection.id)
        connection.socket.close()
        listen(true)
    }

    // MARK: Bytes

    private func serve(_ connection: Connection, _ event: Poller.Event) {
        if event.isGone { return close(connection) }
        if event.ready.contains(.input) { receive(connection) }
        proceed(connection)
        makeRoomInMemory()
    }

    private func receive(_ connection: Connection) {
        switch connection.socket.receive(into: buffer) {
        case .done(let count): connection.state.received(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        case .wouldBlock: break
        case .ended: connection.state.receivedEnd()
        }
    }

    /// Performs the actions of a connection's state, after anything that may have changed it.
    private func proceed(_ connection: Connection) {
        let hasSent = send(connection)
        if let message = connection.state.takeRequest() { handle(message, of: connection) }
        if connection.state.isClosed { return close(connection) }
        if connection.state.inputHasEnded { connection.handling?.cancel() }
        if connection.state.hasEndedOutput, !connection.hasEndedOutput {
            connection.hasEndedOutput = true
            connection.socket.endOutput()
        }
        if connection.interest != connection.wantedInterest {
            connection.interest = connection.wantedInterest
            poller.change(connection.socket, id: connection.id, interest: connection.interest)
        }
        heldBytes += connection.state.heldBytes - connection.countedBytes
        connection.countedBytes = connection.state.heldBytes
        connection.stream?.queue(connection.state.outputCount)
        setDeadline(connection, anew: hasSent)
    }

    /// Closes the connections that hold most memory, until the total is within the limit. What handlers use is released
    /// soon.
    private func makeRoomInMemory() {
        while heldBytes > limits.totalBytes {
            let largest = connections.values.lazy.filter(\.state.canGiveWay).max { $0.countedBytes < $1.countedBytes }
            guard let largest, largest.countedBytes > limits.totalBytes / (connections.count + 1) else { return }
            largest.state.giveWay()
            proceed(largest)
        }
    }

    // Returns whether anything was sent.
    private func send(_ connection: Connection) -> Bool {
        var hasSent = false
        var isBlocked = false
        while connection.state.hasOutput, !isBlocked {
            var isGone = false
            connection.state.sendOutput { bytes in
                switch connection.socket.send(bytes) {
                case .done(let count):
                    hasSent = true
                    return count
                case .wouldBlock: isBlocked = true
                case .ended: isGone = true
                }
                return 0
            }
            if isGone {
                connection.state.abandon()
                return false
            }
        }
        return hasSent
    }

    private func handle(_ message: RequestParser.Message, of connection: Connection) {
        let request = HTTPRequest(
            method: message.method, target: message.target, headers: message.headers, body: message.body,
            remoteAddress: connection.remoteAddress, localAddress: connection.localAddress)
        let (handler, events, id) = (handler, events, connection.id)
        connection.handling = Task {
            let response = await handler(request)
            if !events.post(.answer(response, connection: id)) { response.stream?.cut() }
        }
    }

    // MARK: Time

    private func setDeadline(_ connection: Connection, anew: Bool) {
        let wait = connection.state.wait
        guard wait != connection.wait || anew else { return }
        connection.wait = wait
        if connection.state.isIdle || limits.closesUnfinished { listen(true) }  // It can make room.
        let time: Duration? =
            switch wait {
            case .request: limits.idleTime
            case .restOfRequest, .answerTaken: limits.requestTime
            case .otherEndToClose: Self.lingerTime
            case .stream(let interval): interval
            case .handler, .forever: nil
            }
        connection.deadline = time.map { clock.now() + $0 }
        connection.deadline.map { alarm.set($0) }
    }

    private func endWhatIsOverdue() {
        alarm.cancel()
        let now = clock.now()
        for connection in Array(connections.values) {
            guard let deadline = connection.deadline else { continue }
            if deadline <= now {
                connection.state.ranOutOfTime()
                proceed(connection)
            } else {
                alarm.set(deadline)
            }
        }
        listen(true)
    }
}
