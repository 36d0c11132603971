/// What a supervisor says to the agent, in this order: started or failed or refused; unstoppable; ended.
package enum SupervisorMessage: Hashable, Sendable {
    /// The program is running under this process id.
    case started(Int32)
    /// The program could not be started. The last message.
    case failed(LaunchFailure)
    /// The agent's message made no sense, for this reason. The last message.
    case refused(String)
    /// This process was killed some time ago and does not end: it waits in the kernel, or belongs to somebody else.
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

    /// The message in these bytes.
    package init(decoding bytes: [UInt8]) throws {
        var reader = ByteReader(bytes)
        switch try reader.integer(UInt8.self) {
        case 0: self = .started(try reader.integer())
        case 1:
            let number = try reader.integer(UInt8.self)
            guard let step = LaunchFailure.Step(rawValue: number) else {
                throw MalformedMessage("no step of a launch has the number \(number)")
            }
            self = .failed(LaunchFailure(step: step, errno: try reader.integer()))
        case 2: self = .refused(try reader.text())
        case 3: self = .unstoppable(try reader.integer(), name: try reader.text())
        case 4: self = .ended(try TreeReport(from: &reader))
        case let other: throw MalformedMessage("no message of a supervisor has the number \(other)")
        }
        try reader.finish()
    }
}
