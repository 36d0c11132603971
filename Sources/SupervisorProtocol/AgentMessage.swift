/// What the agent says to a supervisor. That it says nothing more, since the stream is at its end, means stop too.
package enum AgentMessage: Hashable, Sendable {
    /// The first message, and only the first.
    case launch(LaunchOrder)
    /// End the tree: SIGTERM, grace period, SIGKILL.
    case stop
    /// From now on there is no grace period.
    case skipGrace

    /// Counts up when the messages change, so that a supervisor of another release says so instead of misunderstanding.
    package static let version: UInt8 = 3

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
        }
        return writer.bytes
    }

    /// The message in these bytes.
    package init(decoding bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0:
            let version = try reader.integer(UInt8.self)
            guard version == Self.version else {
                throw MalformedMessage("the agent speaks version \(version), its supervisor version \(Self.version)")
            }
            self = .launch(try LaunchOrder(from: &reader))
        case 1: self = .stop
        case 2: self = .skipGrace
        case let other: throw MalformedMessage("no message to a supervisor has the number \(other)")
        }
        try reader.finish()
    }
}
