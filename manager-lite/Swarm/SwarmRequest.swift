import FlamencoAPI
import FoundationEssentials

/// A request of a worker.
struct SwarmRequest {
    let operation: FlamencoAPI.Operation
    /// The variable segment of the path.
    let argument: String?
    /// The credentials, in Base64.
    let authorization: String?
    let contentType: String
    let body: [UInt8]

    /// Returns the request as sent over the wire.
    ///
    /// - Parameter host: the value of the `Host` field.
    func bytes(in dialect: APIDialect, host: String) -> [UInt8] {
        let route = operation.route(in: dialect)
        let path = argument.map { route.path($0) } ?? route.template
        var head = "\(route.method) \(path) HTTP/1.1\r\nHost: \(host)\r\n"
        if operation.needsWorker, let authorization { head += "Authorization: Basic \(authorization)\r\n" }
        if route.method == "POST" {
            if !body.isEmpty { head += "Content-Type: \(contentType)\r\n" }
            head += "Content-Length: \(body.count)\r\n"
        }
        return Array((head + "\r\n").utf8) + body
    }
}

/// The bodies of the requests, created once for all workers.
struct SwarmMessages {
    private let dialect: APIDialect
    /// A task was started.
    let begun: [UInt8]
    /// A task is completed.
    let completed: [UInt8]
    /// A task failed.
    let failed: [UInt8]
    /// The output of a task.
    let image: [UInt8]

    init(dialect: APIDialect) {
        self.dialect = dialect
        let log = Array(Self.log.utf8)
        let (start, end) = (Array(log.prefix(log.count / 2)), Array(log.suffix(log.count / 2)))
        begun = Array(TaskUpdateText(taskStatus: .active, activity: "started", log: start).data)
        completed = Array(TaskUpdateText(taskStatus: .completed, log: end).data)
        failed = Array(TaskUpdateText(taskStatus: .failed, activity: "failed by the swarm", log: end).data)
        // Data after the last chunk of an image is ignored.
        image = Self.picture + [UInt8](repeating: 0, count: SwarmPlan.imageSize - Self.picture.count)
    }

    func registration(_ name: String, secret: String) -> [UInt8] {
        json(
            WorkerRegistration(
                secret: secret, platform: "linux", supportedTaskTypes: [SwarmPlan.taskType], nickname: name))
    }

    func signOn(_ name: String) -> [UInt8] {
        json(
            WorkerSignOn(
                nickname: name, supportedTaskTypes: [SwarmPlan.taskType], softwareVersion: "manager-lite swarm"))
    }

    func state(_ status: WorkerStatus) -> [UInt8] { json(WorkerStateChanged(status: dialect.worker(status))) }

    // These values can always be encoded.
    private func json(_ value: some Encodable) -> [UInt8] {
        (try? WireJSON.encode(value, in: dialect)).map(Array.init) ?? []
    }

    private static let log = {
        let line = "a line of a task that only takes time, as long as lines of a renderer\n"
        return String(repeating: line, count: SwarmPlan.logSize / line.utf8.count + 1).prefix(SwarmPlan.logSize)
    }()

    // A PNG with one pixel.
    private static let picture = Array(
        Data(
            base64Encoded: "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwAD"
                + "hgGAWjR9awAAAABJRU5ErkJggg==") ?? Data())
}
