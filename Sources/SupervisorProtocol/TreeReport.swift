import System

/// How the program ended and which resources its process tree used, sent when nothing of it is left.
package struct TreeReport: Hashable, Sendable {
    /// How the program itself ended.
    package enum Status: Hashable, Sendable {
        case exited(Int32)
        case signalled(Int32, coreDumped: Bool)
    }

    package var status: Status
    /// The tree was told to stop, by the agent or by a signal to the supervisor, before the program had ended.
    package var wasStopped: Bool
    /// The grace period expired, or was skipped, before all stopped processes had ended.
    package var wasKilled: Bool
    /// The number of processes that were alive when the program had ended by itself.
    package var leftovers: UInt32
    package var userTime: Duration
    package var systemTime: Duration
    /// The peak resident memory of the largest process, in bytes.
    package var peakMemory: UInt64
    /// The number of processes of the control group that the kernel killed for lack of memory; nil without such a
    /// group.
    package var outOfMemoryKills: UInt64?
    /// Whether the tree reached the limit of that group itself.
    package var reachedMemoryLimit: Bool

    package init(
        status: Status, wasStopped: Bool = false, wasKilled: Bool = false, leftovers: UInt32 = 0,
        userTime: Duration = .zero, systemTime: Duration = .zero, peakMemory: UInt64 = 0,
        outOfMemoryKills: UInt64? = nil, reachedMemoryLimit: Bool = false
    ) {
        self.status = status
        self.wasStopped = wasStopped
        self.wasKilled = wasKilled
        self.leftovers = leftovers
        self.userTime = userTime
        self.systemTime = systemTime
        self.peakMemory = peakMemory
        self.outOfMemoryKills = outOfMemoryKills
        self.reachedMemoryLimit = reachedMemoryLimit
    }
}

extension TreeReport {
    func write(to writer: inout ByteWriter) {
        switch status {
        case .exited(let status):
            writer.append(0 as UInt8)
            writer.append(status)
        case .signalled(let signal, let coreDumped):
            writer.append(1 as UInt8)
            writer.append(signal)
            writer.append(coreDumped)
        }
        writer.append(wasStopped)
        writer.append(wasKilled)
        writer.append(leftovers)
        writer.append(userTime)
        writer.append(systemTime)
        writer.append(peakMemory)
        writer.append(outOfMemoryKills) { $0.append($1) }
        writer.append(reachedMemoryLimit)
    }

    init(from reader: inout ByteReader) throws {
        switch try reader.integer(UInt8.self) {
        case 0: status = .exited(try reader.integer())
        case 1: status = .signalled(try reader.integer(), coreDumped: try reader.bool())
        case let other: throw MalformedMessageError("unknown end \(other)")
        }
        wasStopped = try reader.bool()
        wasKilled = try reader.bool()
        leftovers = try reader.integer()
        userTime = try reader.duration()
        systemTime = try reader.duration()
        peakMemory = try reader.integer()
        outOfMemoryKills = try reader.optional { try $0.integer() }
        reachedMemoryLimit = try reader.bool()
    }
}
