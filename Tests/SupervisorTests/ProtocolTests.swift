import SupervisorProtocol
import System
import Testing

@Suite("What agent and supervisor say to each other")
struct ProtocolTests {
    static let order: LaunchOrder = {
        var order = LaunchOrder(
            executable: "/bin/ü", arguments: ["ü", "", "two words"], environment: ["A=1", "B="],
            workingDirectory: "/tmp",
            gracePeriod: .milliseconds(10_500), leftoverTime: .nanoseconds(1))
        order.input = "ü\n{}"
        order.nice = -5
        order.ioPriority = .level(7)
        order.processors = [0, 5, 8191]
        order.oomScoreAdjust = 500
        order.limits.addressSpace = .max
        order.limits.openFiles = 64
        order.user = .init(id: 65534, group: 4_000_000_000, groups: [1, 2, 3])
        order.group = .init(path: "/sys/fs/cgroup/x", memoryLimit: 1 << 40, processorTime: 8, processors: "0-3,8")
        order.isDebuggable = true
        order.sandbox = Sandbox(
            grants: Sandbox.Access.allCases.map { .init("/ü", $0, isExact: $0 == .write) }, hidden: ["/state"],
            tcpPorts: [0, 8080], leastVersion: 3)
        return order
    }()

    static let agentMessages: [AgentMessage] = [.launch(order), .stop, .skipGrace, .input("ü\n")]
    static let supervisorMessages: [SupervisorMessage] = [
        .started(77), .failed(LaunchError(step: .interpreter, errno: 2)), .refused("no"),
        .unstoppable(9, name: "ü)("),
        .ended(TreeReport(status: .exited(3))),
        .ended(
            TreeReport(
                status: .signalled(11, coreDumped: true), wasStopped: true, wasKilled: true, leftovers: 4,
                userTime: .seconds(5), systemTime: .microseconds(7), peakMemory: 1 << 33, outOfMemoryKills: 2)),
    ]

    @Test("arrives as it was sent, and no other way")
    func roundTrip() throws {
        for message in Self.agentMessages {
            #expect(try AgentMessage(decoding: message.encoded) == message)
            #expect(throws: MalformedMessageError.self) { try AgentMessage(decoding: message.encoded + [0]) }
            for length in message.encoded.indices {
                #expect(throws: MalformedMessageError.self) {
                    try AgentMessage(decoding: Array(message.encoded[..<length]))
                }
            }
        }
        for message in Self.supervisorMessages {
            #expect(try SupervisorMessage(decoding: message.encoded) == message)
            #expect(throws: MalformedMessageError.self) { try SupervisorMessage(decoding: message.encoded + [0]) }
            for length in message.encoded.indices {
                #expect(throws: MalformedMessageError.self) {
                    try SupervisorMessage(decoding: Array(message.encoded[..<length]))
                }
            }
        }
    }

    @Test("can be any noise without harm")
    func noise() throws {
        var random = SystemRandomNumberGenerator()
        for message in Self.agentMessages + [.launch(Self.order)] {
            for _ in 0..<2000 {
                var bytes = message.encoded
                for _ in 0..<Int.random(in: 1...4, using: &random) {
                    bytes[Int.random(in: bytes.indices, using: &random)] = UInt8.random(in: 0...255, using: &random)
                }
                // Whatever is understood of it can be said again.
                if let read = try? AgentMessage(decoding: bytes) {
                    #expect(try AgentMessage(decoding: read.encoded) == read)
                }
            }
        }
    }

    @Test("is refused when the other side is of another release")
    func version() {
        var bytes = AgentMessage.launch(Self.order).encoded
        bytes[1] = AgentMessage.version + 1
        #expect(
            throws: MalformedMessageError(
                "the agent uses protocol version \(bytes[1]), task-supervisor version \(AgentMessage.version)")
        ) {
            try AgentMessage(decoding: bytes)
        }
    }

    @Test("may come in any pieces", arguments: [1, 2, 3, 7, 1000])
    func pieces(size: Int) throws {
        let stream = Self.agentMessages.flatMap { FrameAssembler.frame($0.encoded) }
        var assembler = FrameAssembler()
        var messages: [AgentMessage] = []
        for start in stride(from: 0, to: stream.count, by: size) {
            assembler.append(stream[start..<min(start + size, stream.count)])
            while let frame = try assembler.next() { messages.append(try AgentMessage(decoding: frame)) }
        }
        #expect(messages == Self.agentMessages)
    }

    @Test("is not waited for when it claims to be endless")
    func endless() {
        var assembler = FrameAssembler()
        assembler.append([255, 255, 255, 255])
        #expect(throws: MalformedMessageError.self) { try assembler.next() }
    }
}
