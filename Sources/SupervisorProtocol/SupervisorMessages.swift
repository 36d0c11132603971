import System

/// The messages of the agent to a supervisor. The end of the stream also means stop.
package enum AgentMessage: Hashable, Sendable {
    /// The first message, and only the first.
    case launch(LaunchOrder)
    /// End the tree: SIGTERM, grace period, SIGKILL.
    case stop
    /// From now on there is no grace period.
    case skipGrace
    /// More for the standard input of the program, where that stays open.
    case input(String)

    /// Incremented when the messages change, so that a supervisor of another release reports that instead of
    /// misinterpreting them.
    package static let version: UInt8 = 5

    /// The message as bytes.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .launch(let order):
            writer.append(0 as UInt8)
            writer.append(Self.version)
            order.write(to: &writer)
        case .stop: writer.append(1 as UInt8)
        case .skipGrace: writer.append(2 as UInt8)
        case .input(let text):
            writer.append(3 as UInt8)
            writer.append(text)
        }
        return writer.bytes
    }

    /// Decodes a message.
    package init(decoding bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0:
            let version = try reader.integer(UInt8.self)
            guard version == Self.version else {
                throw MalformedMessageError(
                    "the agent uses protocol version \(version), task-supervisor version \(Self.version)")
            }
            self = .launch(try LaunchOrder(from: &reader))
        case 1: self = .stop
        case 2: self = .skipGrace
        case 3: self = .input(try reader.text())
        case let other: throw MalformedMessageError("unknown message \(other) to task-supervisor")
        }
        try reader.finish()
    }
}

/// The messages of a supervisor to the agent, in this order: started or failed or refused; unstoppable; ended.
package enum SupervisorMessage: Hashable, Sendable {
    /// The program is running with this process ID.
    case started(Int32)
    /// The program could not be started. The last message.
    case failed(LaunchError)
    /// The agent's message was invalid, for this reason. The last message.
    case refused(String)
    /// This process was killed some time ago and does not end: it is blocked in the kernel, or belongs to another user.
    case unstoppable(Int32, name: String)
    /// The program has ended and nothing of its tree is left. The last message.
    case ended(TreeReport)

    /// The message as bytes.
    package var encoded: [UInt8] {
        var writer = ByteWriter()
        switch self {
        case .started(let process):
            writer.append(0 as UInt8)
            writer.append(process)
        case .failed(let failure):
            writer.append(1 as UInt8)
            writer.append(failure.step.rawValue)
            writer.append(failure.errno)
        case .refused(let reason):
            writer.append(2 as UInt8)
            writer.append(reason)
        case .unstoppable(let process, let name):
            writer.append(3 as UInt8)
            writer.append(process)
            writer.append(name)
        case .ended(let report):
            writer.append(4 as UInt8)
            report.write(to: &writer)
        }
        return writer.bytes
    }

    /// Decodes a message.
    package init(decoding bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0: self = .started(try reader.integer())
        case 1:
            let number = try reader.integer(UInt8.self)
            guard let step = LaunchError.Step(rawValue: number) else {
                throw MalformedMessageError("unknown launch step \(number)")
            }
            self = .failed(LaunchError(step: step, errno: try reader.integer()))
        case 2: self = .refused(try reader.text())
        case 3: self = .unstoppable(try reader.integer(), name: try reader.text())
        case 4: self = .ended(try TreeReport(from: &reader))
        case let other: throw MalformedMessageError("unknown message \(other) from task-supervisor")
        }
        try reader.finish()
    }
}

/// Messages on a stream: each preceded by its length, in four bytes, little-endian.
package struct FrameAssembler {
    /// Maximum length of a message: a command line of the size that Linux allows, with room to spare.
    package static let limit = 16 << 20

    private var waiting: [UInt8] = []

    package init() {}

    /// Adds bytes from the stream.
    package mutating func append(_ bytes: ArraySlice<UInt8>) { waiting.append(contentsOf: bytes) }

    /// As the other one.
    package mutating func append(_ bytes: [UInt8]) { append(bytes[...]) }

    /// Returns the next complete message; nil if there is none yet.
    package mutating func next() throws -> [UInt8]? {
        guard waiting.count >= 4 else { return nil }
        var header = ByteReader(waiting[..<4])
        let length = Int(try header.integer(UInt32.self))
        guard length <= Self.limit else {
            throw MalformedMessageError("a message of \(length) bytes is longer than \(Self.limit)")
        }
        guard waiting.count >= 4 + length else { return nil }
        defer { waiting.removeFirst(4 + length) }
        return Array(waiting[4..<(4 + length)])
    }

    /// Returns a message with its length, as sent over the stream.
    package static func frame(_ message: [UInt8]) -> [UInt8] {
        var writer = ByteWriter()
        writer.append(UInt32(message.count))
        return writer.bytes + message
    }
}
