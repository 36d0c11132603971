import FoundationEssentials
import Testing

@testable import HTTPServer

@Suite("The state of a connection")
struct ConnectionStateTests {
    private static let get = "GET / HTTP/1.1\r\nHost: a\r\n\r\n"

    private static func make() -> ConnectionState { ConnectionState(limits: HTTPLimits(), date: { "now" }) }

    @Test("reads on while a request is handled, so that it sees the client go, but only until something comes")
    func holdsBack() {
        var state = Self.make()
        state.receive(Self.get)
        #expect(state.wait == .handler)
        #expect(state.wantsInput)
        #expect(state.takeRequest() != nil)
        #expect(state.takeRequest() == nil)
        state.receive("GET /2")
        #expect(!state.wantsInput)
        state.answered(HTTPResponse(status: 204))
        #expect(state.wait == .answerTaken)
        #expect(state.sendAll() == "HTTP/1.1 204 No Content\r\nDate: now\r\n\r\n")
        #expect(state.wait == .restOfRequest)
        #expect(state.wantsInput)
        state.receive(" HTTP/1.1\r\nHost: a\r\n\r\n")
        #expect(state.takeRequest()?.target == "/2")
    }

    @Test("begins the next request only when the answer to the last has gone")
    func oneByOne() {
        var state = Self.make()
        state.receive(Self.get + Self.get)
        _ = state.takeRequest()
        state.answered(HTTPResponse(status: 200))
        #expect(state.takeRequest() == nil)
        state.sendOutput { _ in 5 }
        #expect(state.takeRequest() == nil)
        _ = state.sendAll()
        #expect(state.takeRequest() != nil)
    }

    @Test("ends its side after the last answer and waits for the other end to close")
    func lingers() {
        var state = Self.make()
        state.receive("GET / HTTP/1.0\r\n\r\n")
        state.answered(HTTPResponse(status: 200))
        #expect(!state.hasEndedOutput)
        _ = state.sendAll()
        #expect(state.hasEndedOutput)
        #expect(!state.isClosed)
        state.receive(Self.get)
        #expect(state.takeRequest()?.target == "/")  // The first; what came after it is thrown away.
        #expect(state.takeRequest() == nil)
        state.receivedEnd()
        #expect(state.isClosed)
    }

    @Test("is closed by the other end's close only when nothing is open")
    func ends() {
        var idle = Self.make()
        idle.receivedEnd()
        #expect(idle.isClosed)

        var handling = Self.make()
        handling.receive(Self.get)
        handling.receivedEnd()
        #expect(!handling.isClosed)
        handling.answered(HTTPResponse(status: 200))
        #expect(handling.sendAll().contains("Connection: close"))
        #expect(handling.isClosed)

        var half = Self.make()
        half.receive("GET")
        half.receivedEnd()
        #expect(half.sendAll().hasPrefix("HTTP/1.1 400 "))
        #expect(half.isClosed)

        var silent = Self.make()
        silent.receive(Self.get)
        silent.answered(HTTPResponse(status: 200, delivery: .never))
        #expect(silent.wait == .forever && silent.wantsInput && !silent.hasOutput)
        silent.receivedEnd()
        #expect(silent.isClosed)
    }

    @Test(
        "says 408 in the middle of a request alone; other waits end without a word",
        arguments: [
            ("", false), ("GET", true), ("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n", true),
        ])
    func outOfTime(bytes: String, isAnswered: Bool) {
        var state = Self.make()
        state.receive(bytes)
        state.ranOutOfTime()
        #expect(state.sendAll().hasPrefix("HTTP/1.1 408 ") == isAnswered)
        #expect(state.isClosed != isAnswered)
        state.ranOutOfTime()
        #expect(state.isClosed)
    }

    @Test("told to stop, closes at once if nothing is open, else after the answer, whatever is pipelined behind it")
    func stops() {
        var idle = Self.make()
        idle.stop()
        #expect(idle.isClosed)

        var busy = Self.make()
        busy.receive(Self.get + Self.get)
        _ = busy.takeRequest()
        busy.stop()
        busy.answered(HTTPResponse(status: 200))
        #expect(busy.sendAll().contains("Connection: close"))
        #expect(busy.hasEndedOutput)
        #expect(busy.takeRequest() == nil)

        var sending = Self.make()
        sending.receive(Self.get)
        sending.answered(HTTPResponse(status: 200))
        sending.stop()
        #expect(!sending.isClosed)
        #expect(!sending.sendAll().isEmpty)
        #expect(sending.isClosed)
    }

    @Test("an answer that nobody waits for is forgotten")
    func lateAnswer() {
        var state = Self.make()
        state.answered(HTTPResponse(status: 200))
        #expect(!state.hasOutput)
    }
}

extension ConnectionState {
    mutating func receive(_ text: String) {
        Array(text.utf8).withUnsafeBytes { received($0) }
    }

    mutating func sendAll() -> String {
        var sent = ""
        while hasOutput {
            sendOutput { bytes in
                sent += bytes.prefix(7).map { String(Character(Unicode.Scalar($0))) }.joined()
                return min(bytes.count, 7)
            }
        }
        return sent
    }
}
