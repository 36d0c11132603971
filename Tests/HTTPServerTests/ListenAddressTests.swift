import HTTPServer
import Testing

@Suite("Addresses to listen on")
struct ListenAddressTests {
    @Test(
        "are a host and a port, or a port of this machine",
        arguments: [
            ("127.0.0.1:8080", "127.0.0.1:8080", true), ("9877", "127.0.0.1:9877", true), ("0", "127.0.0.1:0", true),
            ("[::1]:80", "[::1]:80", true), ("0.0.0.0:9877", "0.0.0.0:9877", false), ("[::]:1", "[::]:1", false),
            ("localhost:1", "localhost:1", true), ("10.0.0.7:65535", "10.0.0.7:65535", false),
        ])
    func good(text: String, description: String, isLoopback: Bool) throws {
        let address = try #require(ListenAddress(text))
        #expect(address.description == description)
        #expect(address.isLoopback == isLoopback)
    }

    @Test(
        "are nothing else",
        arguments: [
            "", ":", ":80", "host:80", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "1.2.3:80", "-1", "::1:80x",
        ])
    func bad(text: String) { #expect(ListenAddress(text) == nil) }
}
