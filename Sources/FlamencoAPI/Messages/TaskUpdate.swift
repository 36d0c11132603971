public import FoundationEssentials

/// An update of a task (contract and Flamenco 3: `TaskUpdate`).
public struct TaskUpdate: Hashable, Sendable {
    /// The new status.
    public var taskStatus: TaskStatus?
    /// The current activity in one line; replaces the previous one.
    public var activity: String?
    /// The number of completed steps.
    public var stepsCompleted: Int?
    /// Log text, which is appended to the existing log.
    public var log: String?

    /// Creates an update.
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

    /// Decodes the fields that are present.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        taskStatus = try container.decodeIfPresent(TaskStatus.self, forKey: .taskStatus)
        activity = try container.decodeIfPresent(String.self, forKey: .activity)
        log = try container.decodeIfPresent(String.self, forKey: .log)
        guard decoder.has(.steps) else { return }
        stepsCompleted = try container.decodeIfPresent(Int.self, forKey: .stepsCompleted)
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encodeIfPresent(taskStatus, forKey: .taskStatus)
        try container.encodeIfPresent(activity, forKey: .activity)
        try container.encodeIfPresent(log, forKey: .log)
        guard encoder.has(.steps) else { return }
        try container.encodeIfPresent(stepsCompleted, forKey: .stepsCompleted)
    }
}

// Log text makes an update large, so it is not encoded by Foundation, which is several times slower than all other
// processing of the log.

extension TaskUpdate {
    /// Encodes an update as JSON, from log text that is already UTF-8.
    ///
    /// - Parameters:
    ///   - stepsCompleted: only for a dialect with steps.
    ///   - log: valid UTF-8; if it is empty, the update has no log.
    public static func json(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil,
        log: UnsafeBufferPointer<UInt8>
    ) -> Data {
        var bytes: [UInt8] = []
        // Reserves room for an escape sequence every four bytes, which few logs exceed; unused room costs nothing.
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

    /// Encodes an update as JSON, from log text that is already UTF-8.
    ///
    /// - Parameters:
    ///   - stepsCompleted: only for a dialect with steps.
    ///   - log: valid UTF-8; if it is empty, the update has no log.
    public static func json(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) -> Data {
        log.withUnsafeBufferPointer {
            json(taskStatus: taskStatus, activity: activity, stepsCompleted: stepsCompleted, log: $0)
        }
    }
}

/// The manager's answer to a worker that asks whether it may continue a task (Flamenco 3: `MayKeepRunning`).
public struct TaskPermission: Codable, Hashable, Sendable {
    /// Whether the worker may continue.
    public var mayKeepRunning: Bool
    /// The reason if not; empty otherwise.
    public var reason: String
    /// Whether the manager requests another status of the worker, which the worker has to query.
    public var statusChangeRequested: Bool

    /// Creates an answer.
    public init(mayKeepRunning: Bool, reason: String = "", statusChangeRequested: Bool = false) {
        self.mayKeepRunning = mayKeepRunning
        self.reason = reason
        self.statusChangeRequested = statusChangeRequested
    }

    /// Decodes an answer; only `mayKeepRunning` is required.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        mayKeepRunning = try container.decode(Bool.self, forKey: .mayKeepRunning)
        reason = (try? container.decode(String.self, forKey: .reason)) ?? ""
        statusChangeRequested = (try? container.decode(Bool.self, forKey: .statusChangeRequested)) ?? false
    }
}
