import ExecutorKit
import FlamencoAPI
import Foundation
import ManagerClient
import TestSupport
import Testing

/// A server with a certificate that it signed itself, played by `openssl s_server`.
private final class EncryptedServer {
    static let isPossible = FileManager.default.isExecutableFile(atPath: "/usr/bin/openssl")

    let url: String
    let certificate: String
    private let folder: TemporaryFolder
    private let program: RunningProgram
    private let input = Pipe()

    /// - Parameter name: whose certificate it is, as in `IP:127.0.0.1`.
    init(certificateOf name: String) async throws {
        folder = try TemporaryFolder()
        certificate = folder.path("certificate.pem")
        let body = #"{"version": "1", "name": "Encrypted"}"#
        try folder.write(
            "api/version", "HTTP/1.0 200 OK\r\nContent-Type: application/json\r\n\r\n\(body)")
        let request = try RunningProgram(
            "/usr/bin/openssl",
            [
                "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
                "-subj", "/CN=test", "-addext", "subjectAltName=\(name)", "-keyout", folder.path("key.pem"), "-out",
                certificate,
            ])
        let made = await request.end()
        try #require(made.exit == .status(0), "\(made.output)")

        program = try RunningProgram(
            "/usr/bin/openssl",
            ["s_server", "-HTTP", "-accept", "127.0.0.1:0", "-cert", certificate, "-key", folder.path("key.pem")],
            in: folder.url.path, input: input.fileHandleForReading)
        let said = try #require(
            await program.line { $0.contains(/ACCEPT .*:[0-9]+/) }, "openssl says where it listens")
        let port = try #require(said.firstMatch(of: /ACCEPT .*:([0-9]+)/)?.1)
        url = "https://127.0.0.1:\(port)"
    }
}

@Suite("Encryption", .enabled(if: EncryptedServer.isPossible), .timeLimit(.minutes(1)))
struct EncryptionTests {
    @Test("with the right CA file, the manager is trusted")
    func trusted() async throws {
        let server = try await EncryptedServer(certificateOf: "IP:127.0.0.1")
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test", caFile: server.certificate)
        #expect(try await client.version().name == "Encrypted")
    }

    @Test("with the CAs of the system, a certificate of its own making is refused, and the reason said")
    func untrusted() async throws {
        let server = try await EncryptedServer(certificateOf: "IP:127.0.0.1")
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test")
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        let problem = try #require(error?.description)
        #expect(problem.contains("the manager's certificate is not trusted: "))
        #expect(problem.contains("self-signed certificate"))
    }

    @Test("the certificate of another host is refused")
    func otherHost() async throws {
        let server = try await EncryptedServer(certificateOf: "DNS:elsewhere.example")
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test", caFile: server.certificate)
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        #expect(error?.description.contains("the manager's certificate is not trusted: ") == true)
    }

    @Test("a CA file that is not there is named")
    func noFile() async throws {
        let server = try await EncryptedServer(certificateOf: "IP:127.0.0.1")
        let client = ManagerClient(url: try ManagerURL(server.url), software: "Test", caFile: "/nowhere/ca.pem")
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        #expect(error?.reason == .unreachable("the CA file /nowhere/ca.pem cannot be read"))
    }

    @Test("a manager that does not speak TLS is said so")
    func plain() async throws {
        let server = RawServer { $0.write("HTTP/1.1 400 Bad Request\r\n\r\n") }
        let url = "https" + server.url.dropFirst("http".count)
        let client = ManagerClient(url: try ManagerURL(url), software: "Test")
        let error = await #expect(throws: ManagerError.self) { try await client.version() }
        guard case .unreachable(let problem)? = error?.reason else {
            Issue.record("\(String(describing: error))")
            return
        }
        #expect(problem.hasPrefix("no TLS connection: "))
    }
}
