import Foundation
import SpoolSupport
import System
import TestSupport
import Testing

@testable import Agent

@Suite("The socket that tells the status", .timeLimit(.minutes(1)))
struct StatusSocketTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private var json: Data {
        get throws {
            try StatusBoard(
                worker: "n", manager: "http://m", stateDirectory: folder.url.path, pid: 7, clock: ManualClock()
            ).current.json()
        }
    }

    private func ask(_ folder: String? = nil) throws -> AgentStatus {
        try StatusQuestion(stateDirectory: folder ?? self.folder.url.path).ask()
    }

    private func refusal(_ limit: Duration = .seconds(5)) throws -> StatusQuestionError.Reason {
        do throws(StatusQuestionError) {
            _ = try StatusQuestion(stateDirectory: folder.url.path, limit: limit).ask()
            throw StatusQuestionError("", .nonsense)
        } catch {
            return error.reason
        }
    }

    @Test("is for the user of the agent alone, answers, and goes away with the agent")
    func life() throws {
        let json = try json
        do {
            let socket = try StatusSocket(in: folder.url.path) { json }
            #expect(try ask().worker.name == "n")
            var status = stat()
            #expect(stat(folder.path(StatusSocket.name), &status) == 0)
            #expect(status.st_mode & S_IFMT == S_IFSOCK && status.st_mode & 0o777 == 0o600)
            withExtendedLifetime(socket) {}
        }
        #expect(try folder.names() == [])
        #expect(try refusal() == .noAgent)
    }

    @Test("hangs up on programs that descend from the agent, where it should")
    func programs() async throws {
        let json = try json
        for isClosed in [false, true] {
            let socket = try StatusSocket(in: folder.url.path, isClosedToPrograms: isClosed) { json }
            let path = folder.path(StatusSocket.name)
            let line =
                "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\(path)'); print(len(s.makefile().read()))"
            for shell in ["exec python3 -c \"$0\"", "(setsid python3 -c \"$0\"); true"] {
                let output = await (try RunningProgram("/bin/sh", ["-c", shell, line])).end().output
                #expect(output == (isClosed ? "0\n" : "\(json.count)\n"))
            }
            // Whoever is not below the agent gets its answer; this process stands for the agent.
            #expect(try ask().pid == 7)
            withExtendedLifetime(socket) {}
        }
        let listener = try UnixSocket.listening(as: StatusSocket.name, in: folder.url.path)
        let number = listener.number
        let hangUp = Thread { close(accept(number, nil, nil)) }
        hangUp.start()
        #expect(try refusal() == .refused)
    }

    @Test("does what it is asked for, but not for programs of tasks, whatever the settings say")
    func commands() async throws {
        let json = try json
        let commands = Recorder<NodeCommand>()
        let socket = try StatusSocket(
            in: folder.url.path,
            perform: {
                commands.add($0)
                return NodeAnswer(isDone: true, message: "done", warning: "but")
            }, answer: { json })
        let question = StatusQuestion(stateDirectory: folder.url.path)
        let command = NodeCommand(.pause, by: "alice", reason: "\"x\"\n", for: .seconds(90), afterTask: true)
        #expect(try question.give(command) == NodeAnswer(isDone: true, message: "done", warning: "but"))
        #expect(commands.all == [command])
        #expect(try question.ask().pid == 7)

        func answer(_ line: String, from shell: String) async throws -> String {
            let script = """
                import socket; s = socket.socket(socket.AF_UNIX); s.connect('\(folder.path(StatusSocket.name))')
                s.sendall(b'\(line)'); s.shutdown(socket.SHUT_WR); print(s.makefile().read())
                """
            return await (try RunningProgram("/bin/sh", ["-c", shell, script])).end().output
        }
        for shell in ["exec python3 -c \"$0\"", "(setsid python3 -c \"$0\"); true"] {
            let refusal = try await answer(#"{"command":"resume","by":"x"}\n"#, from: shell)
            #expect(
                refusal.contains(#""is_done":false"#) && refusal.contains("not from programs of its own tasks"),
                "\(refusal)")
            // The status they get, unless there is a sandbox.
            #expect(try await answer("", from: shell).count == json.count + 1)
        }
        #expect(commands.all == [command])
        for line in ["{}", "nonsense", #"{"command":"dance","by":"x"}"#] {
            let other = try await answer(line + #"\n"#, from: "exec python3 -c \"$0\"")
            #expect(other.contains("unknown command"), "\(other)")
        }
        withExtendedLifetime(socket) {}
    }

    @Test("that takes no commands, as those of older agents, is named as such")
    func olderAgent() throws {
        let json = try json
        let listener = try UnixSocket.listening(as: StatusSocket.name, in: folder.url.path)
        let number = listener.number
        let agent = Thread {
            for _ in 0..<4 {
                let client = accept(number, nil, nil)
                _ = json.withUnsafeBytes { write(client, $0.baseAddress, $0.count) }
                close(client)
            }
        }
        agent.start()
        let question = StatusQuestion(stateDirectory: folder.url.path)
        let error = #expect(throws: StatusQuestionError.self) {
            try question.give(NodeCommand(.resume, by: "alice"))
        }
        #expect(error?.reason == .tooOld)
        #expect(try question.ask().pid == 7)
        withExtendedLifetime(listener.number) {}
    }

    @Test("takes the place of what an agent that was killed left")
    func stale() throws {
        for name in [StatusSocket.name, StatusSocket.name + ".new"] {
            var dead = try UnixSocket.listening(as: "made", in: folder.url.path)
            try FileManager.default.moveItem(atPath: folder.path("made"), toPath: folder.path(name))
            dead.close()
        }
        #expect(try refusal() == .noAgent)
        let json = try json
        let socket = try StatusSocket(in: folder.url.path) { json }
        #expect(try ask().pid == 7)
        #expect(try folder.names() == [StatusSocket.name])
        withExtendedLifetime(socket) {}
    }

    @Test("is reached in a folder whose path is too long for an address")
    func longPath() throws {
        let long = folder.path(String(repeating: "long/", count: 60))
        try FileManager.default.createDirectory(atPath: long, withIntermediateDirectories: true)
        let json = try json
        let socket = try StatusSocket(in: long) { json }
        #expect(try ask(long).pid == 7)
        withExtendedLifetime(socket) {}
    }

    @Test("serves others while some connect and do nothing, however many they are")
    func idleClients() throws {
        // More than a socket takes without its reader.
        let json = try json + Data(repeating: UInt8(ascii: " "), count: 1 << 20)
        let socket = try StatusSocket(in: folder.url.path) { json }
        var idle: [Int32] = []
        defer { idle.forEach { close($0) } }
        for _ in 0..<3 {
            idle.append(try UnixSocket.connected(to: StatusSocket.name, in: folder.url.path).release())
        }
        #expect(try StatusQuestion(stateDirectory: folder.url.path, limit: .seconds(50)).ask().pid == 7)
        withExtendedLifetime(socket) {}
    }

    @Test("that does not answer, or not with a status, is named as such")
    func silent() throws {
        var deaf = try UnixSocket.listening(as: StatusSocket.name, in: folder.url.path)
        #expect(try refusal(.milliseconds(50)) == .silent(pid: nil))
        deaf.close()
        let socket = try StatusSocket(in: folder.url.path) { Data("{}".utf8) }
        #expect(try refusal() == .nonsense)
        withExtendedLifetime(socket) {}
    }

    @Test("gives the JSON of another version as it came, and of what is no object nothing")
    func otherVersion() throws {
        var socket: StatusSocket? = try StatusSocket(in: folder.url.path) { Data(#"{"state":"new","pid":7}"#.utf8) }
        let question = StatusQuestion(stateDirectory: folder.url.path)
        #expect(try question.askForJSON() == Data("{\n  \"pid\" : 7,\n  \"state\" : \"new\"\n}".utf8))
        withExtendedLifetime(socket) {}
        socket = nil
        socket = try StatusSocket(in: folder.url.path) { Data("[1]".utf8) }
        #expect(throws: StatusQuestionError.self) { try question.askForJSON() }
        withExtendedLifetime(socket) {}
    }

    @Test("cannot be made in a folder that is gone, which is said in a sentence")
    func noFolder() {
        let error = #expect(throws: StatusSocketError.self) {
            try StatusSocket(in: folder.path("gone")) { Data() }
        }
        #expect(error?.description.hasSuffix("/gone/status.sock: no such file or directory") == true)
    }
}
