import ManagerClient
import Testing

@Suite("Events that a server sends")
struct EventStreamTests {
    @Test("are put together from the parts in which they come", arguments: [1, 3, 1000])
    func parts(size: Int) {
        let text = """
            retry: 1000
            : a comment
            id: 7-1

            event: jobs
            data: [1,
            data: 2]

            data:plain\r
            id: 7-2\r
            \r
            event: nothing

            data: cut
            """
        var parser = EventStreamParser()
        var events: [ServerSentEvent] = []
        let bytes = Array(text.utf8)
        for start in stride(from: 0, to: bytes.count, by: size) {
            events += parser.events(in: bytes[start..<min(start + size, bytes.count)])
        }
        #expect(events.map(\.name) == ["jobs", "message"])
        #expect(events.map(\.data) == ["[1,\n2]", "plain"])
        #expect(events.map(\.id) == ["7-1", "7-2"])
    }
}
