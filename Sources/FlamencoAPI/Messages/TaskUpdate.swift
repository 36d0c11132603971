public import FoundationEssentials

/// How a task goes on (contract and Flamenco 3: `TaskUpdate`).
public struct TaskUpdate: Hashable, Sendable {
    /// The new state.
    public var taskStatus: TaskStatus?
    /// One line on what is happening now; takes the place of the one before.
    public var activity: String?
    /// How many steps are done.
    public var stepsCompleted: Int?
    /// Log text, which is appended to what came before.
    public var log: String?

    /// An update.
    public init(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: String? = nil
    ) {
        self.taskStatus = taskStatus
        self.activity = activity
        self.stepsCompleted = stepsCompleted
        self.log = log
    }
}

extension TaskUpdate: Codable {
    private enum CodingKeys: String, CodingKey {
        case taskStatus, activity, log
        case stepsCompleted = "steps_completed"
    }

    /// Decodes what is there.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskStatus = try container.decodeIfPresent(TaskStatus.self, forKey: .taskStatus)
        activity = try container.decodeIfPresent(String.self, forKey: .activity)
        log = try container.decodeIfPresent(String.self, forKey: .log)
        guard decoder.has(.steps) else { return }
        stepsCompleted = try container.decodeIfPresent(Int.self, forKey: .stepsCompleted)
    }

    /// Encodes what the dialect of the encoder has.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(taskStatus, forKey: .taskStatus)
        try container.encodeIfPresent(activity, forKey: .activity)
        try container.encodeIfPresent(log, forKey: .log)
        guard encoder.has(.steps) else { return }
        try container.encodeIfPresent(stepsCompleted, forKey: .stepsCompleted)
    }
}

// Log text makes an update large, so it does not go through the encoder of Foundation, which is several times slower than
// everything else that happens to it.

extension TaskUpdate {
    /// An update as JSON, from log text that is UTF-8 already.
    ///
    /// - Parameters:
    ///   - stepsCompleted: only for a dialect that has steps.
    ///   - log: valid UTF-8; when it is empty, the update says nothing of a log.
    public static func json(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil,
        log: UnsafeBufferPointer<UInt8>
    ) -> Data {
        var bytes: [UInt8] = []
        // Room for an escape every four bytes, which few logs exceed; room that is not used costs nothing.
        bytes.reserveCapacity(log.count + log.count / 4 + (activity?.utf8.count ?? 0) + 128)
        func append(_ name: StaticString, _ appendText: () -> Void) {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
            appendText()
        }
        if let taskStatus { append(#""taskStatus":"#) { JSONText.appendQuoted(taskStatus.spelling, to: &bytes) } }
        if let activity { append(#""activity":"#) { JSONText.appendQuoted(activity, to: &bytes) } }
        if let stepsCompleted { append(#""steps_completed":"#) { bytes += String(stepsCompleted).utf8 } }
        if !log.isEmpty {
            append(#""log":""#) { JSONText.appendEscaped(log, to: &bytes) }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(contentsOf: bytes.isEmpty ? "{}".utf8 : "}".utf8)
        return Data(bytes)
    }

    /// An update as JSON, from log text that is UTF-8 already.
    ///
    /// - Parameters:
    ///   - stepsCompleted: only for a dialect that has steps.
    ///   - log: valid UTF-8; when it is empty, the update says nothing of a log.
    public static func json(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) -> Data {
        log.withUnsafeBufferPointer {
            json(taskStatus: taskStatus, activity: activity, stepsCompleted: stepsCompleted, log: $0)
        }
    }
}

/// A manager's answer to a worker that asks whether it may go on with a task (Flamenco 3: `MayKeepRunning`).
public struct TaskPermission: Codable, Hashable, Sendable {
    /// Whether the worker may go on.
    public var mayKeepRunning: Bool
    /// Why not; empty when it may.
    public var reason: String
    /// Whether the manager wants the worker to be in another state, which it has to ask for.
    public var statusChangeRequested: Bool

    /// An answer.
    public init(mayKeepRunning: Bool, reason: String = "", statusChangeRequested: Bool = false) {
        self.mayKeepRunning = mayKeepRunning
        self.reason = reason
        self.statusChangeRequested = statusChangeRequested
    }

    /// Decodes an answer; only `mayKeepRunning` is insisted on.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mayKeepRunning = try container.decode(Bool.self, forKey: .mayKeepRunning)
        reason = (try? container.decode(String.self, forKey: .reason)) ?? ""
        statusChangeRequested = (try? container.decode(Bool.self, forKey: .statusChangeRequested)) ?? false
    }
}
