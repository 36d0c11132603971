import Agent
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite(
    "Managers on the network", .enabled(if: geteuid() == 0, "only root can make a network"), .timeLimit(.minutes(2)))
struct DiscoveryTests {
    private let folder: TemporaryFolder
    /// Where the agent of a test keeps its state.
    private var state: String { folder.path("state") }

    init() throws { folder = try TemporaryFolder() }

    /// Starts manager-lite on a host, and waits until it can be found.
    private func manager(_ network: TestNetwork, on host: Int) async throws -> RunningProgram {
        let manager = try network.start(
            on: host, BuiltProducts.path("manager-lite"), ["serve", "--listen", "0.0.0.0:8080", "--discoverable"])
        let line = await manager.line(with: "workers can discover this manager at ")
        try #require(line?.hasSuffix(" \(url(host))") == true, "\(manager.output)")
        return manager
    }

    private func url(_ host: Int) -> String { "http://\(TestNetwork.address(of: host)):8080" }

    /// Calls the agent on a host, with a state directory of the test.
    private func agent(
        _ network: TestNetwork, on host: Int, _ arguments: String...
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        await (try start(network, on: host, arguments)).end()
    }

    private func start(_ network: TestNetwork, on host: Int, _ arguments: [String]) throws -> RunningProgram {
        try network.start(
            on: host, BuiltProducts.path("flamenco-agent"), arguments + ["--state-dir", state],
            environment: ["HOME": folder.url.path, "XDG_CONFIG_HOME": folder.path("config")])
    }

    private func words(_ output: String) -> String { output.replacing(#/ {2,}/#, with: " ") }

    @Test("are listed, accepted, and worked for; before that, \"auto\" is an error that says what to call")
    func trust() async throws {
        let network = try await TestNetwork(hosts: 2)
        let manager = try await manager(network, on: 0)
        let trust = "flamenco-agent discover --trust --state-dir \(state)"
        for command in ["run", "check-config"] {
            let early = try await agent(network, on: 1, command, "--manager-url", "auto")
            #expect(early.exit == .status(78), "\(command): \(early.output)")
            #expect(
                early.output.contains("but no manager has been accepted: accept one with \"\(trust)\""),
                "\(early.output)"
            )
        }
        let listed = try await agent(network, on: 1, "discover", "--timeout", "2s")
        #expect(listed.exit == .status(0) && words(listed.output) == "\(url(0)) manager-lite 3.9\n", "\(listed.output)")
        let trusted = try await agent(network, on: 1, "discover", "--trust", "--timeout", "2s")
        #expect(trusted.exit == .status(0))
        #expect(
            trusted.output == """
                found \(url(0)) (manager-lite 3.9), the only manager that answers
                accepted \(url(0)) (manager-lite 3.9); stored in \(state)/manager.json

                """)
        let attributes = try FileManager.default.attributesOfItem(atPath: state + "/manager.json")
        #expect(attributes[.posixPermissions] as? Int == 0o600)

        let json = try await agent(network, on: 1, "discover", "--json", "--timeout", "2s")
        let report = try WireJSON.decode(JSONValue.self, from: Data(json.output.utf8))
        #expect(report["accepted"]?["url"] == .string(url(0)))
        guard case .array(let managers) = report["managers"] else { throw CocoaError(.coderInvalidValue) }
        #expect(managers.map { $0["name"] } == ["manager-lite"])

        let checked = try await agent(network, on: 1, "check-config", "--manager-url", "auto")
        #expect(
            words(checked.output).contains("\nmanager_url auto: \(url(0)) --manager-url\n"), "\(checked.output)")
        let running = try start(network, on: 1, ["run", "--manager-url", "auto"])
        #expect(await running.line(with: "works for \(url(0)) as ") != nil, "\(running.output)")
        #expect(await running.line(with: "the worker is awake") != nil, "\(running.output)")
        let again = try await agent(network, on: 1, "discover", "--trust", url(0))
        #expect(again.output.hasSuffix("the running agent, process \(running.pid), uses it after a restart\n"))
        for program in [running, manager] {
            program.send(SIGTERM)
            #expect(await program.exit() == .status(0))
        }
    }

    @Test("none is accepted where two answer, but the one that is named; then another is not taken for it")
    func two() async throws {
        let network = try await TestNetwork(hosts: 3)
        let managers = [try await manager(network, on: 0), try await manager(network, on: 1)]
        let both = "\(url(0)) (manager-lite 3.9) and \(url(1)) (manager-lite 3.9)"
        let refused = try await agent(network, on: 2, "discover", "--trust", "--timeout", "2s")
        #expect(refused.exit == .status(1))
        #expect(
            refused.output.contains("2 managers answered, \(both): choose one, for example with \""),
            "\(refused.output)"
        )
        #expect(!FileManager.default.fileExists(atPath: state))
        let named = try await agent(network, on: 2, "discover", "--trust", url(1))
        #expect(named.exit == .status(0), "\(named.output)")
        let listed = try await agent(network, on: 2, "discover", "--timeout", "2s")
        #expect(
            words(listed.output) == "\(url(0)) manager-lite 3.9\n\(url(1)) manager-lite 3.9 accepted\n",
            "\(listed.output)")
        let doctor = try await agent(network, on: 2, "doctor", "--manager-url", "auto")
        let found = words(doctor.output)
        #expect(found.contains("✓ accepted manager \(url(1)), accepted on "), "\(found)")
        #expect(found.contains("; \(url(0)) (manager-lite 3.9) also answers\n"), "\(found)")

        managers[1].send(SIGTERM)
        _ = await managers[1].exit()
        let moved = try await agent(network, on: 2, "discover", "--trust", "--timeout", "2s")
        #expect(moved.exit == .status(1))
        #expect(moved.output.contains("\(url(1)) was accepted on "), "\(moved.output)")
        #expect(moved.output.contains("but now \(url(0)) (manager-lite 3.9) answered: "), "\(moved.output)")
        let late = words(try await agent(network, on: 2, "doctor", "--manager-url", "auto").output)
        #expect(late.contains("✗ accepted manager \(url(1)), accepted on "), "\(late)")
        #expect(late.contains("; \(url(0)) (manager-lite 3.9) also answers\n"), "\(late)")
        let running = try start(network, on: 2, ["run", "--manager-url", "auto"])
        let error = await running.line(with: "the accepted manager \(url(1)) does not answer, but \(url(0)) ")
        #expect(
            error?.contains("discover --trust \(url(0)) --state-dir \(state)\" and restart") == true,
            "\(running.output)"
        )
        #expect(!running.output.contains("the worker is awake"))
        running.send(SIGTERM)
        #expect(await running.exit() == .status(0))
        let replaced = try await agent(network, on: 2, "discover", "--trust", url(0))
        #expect(replaced.output.contains(" instead of \(url(1)); stored in "), "\(replaced.output)")
    }

    @Test("are set up when one alone answers, or when somebody at a terminal chooses one")
    func setup() async throws {
        let network = try await TestNetwork(hosts: 3)
        let file = folder.path("settings.json5")
        func setup(_ arguments: String...) async throws -> (exit: RunningProgram.Exit, output: String) {
            await
                (try network.start(
                    on: 2, BuiltProducts.path("flamenco-agent"), ["setup", "--settings", file] + arguments,
                    environment: ["STATE_DIRECTORY": state])).end()
        }
        let none = try await setup("--auto")
        #expect(
            none.exit == .status(1) && none.output.contains("no manager answered on the networks"), "\(none.output)")
        #expect(!FileManager.default.fileExists(atPath: file))
        let first = try await manager(network, on: 0)
        let one = try await setup("--auto")
        #expect(
            one.output.hasPrefix(
                """
                found \(url(0)) (manager-lite 3.9), the only manager that answers
                accepted \(url(0)) (manager-lite 3.9); stored in \(state)/manager.json
                wrote \(file)

                """), "\(one.output)")
        #expect(words(one.output).contains("✓ accepted manager \(url(0)), accepted on "), "\(one.output)")
        #expect(try SettingsFile(path: file).values == ["manager_url": "auto"])

        try FileManager.default.removeItem(atPath: file)
        try FileManager.default.removeItem(atPath: state + "/manager.json")
        let second = try await manager(network, on: 1)
        let two = try await setup("--auto")
        #expect(two.exit == .status(1) && two.output.contains("2 managers answered, \(url(0)) "), "\(two.output)")
        #expect(!FileManager.default.fileExists(atPath: file))
        let terminal = try network.start(
            on: 2, "/usr/bin/env",
            [
                "python3", "-c", TerminalScript.text, #"[["Manager: ", "2"], ["]: ", "node7"]]"#,
                BuiltProducts.path("flamenco-agent"), "setup", "--settings", file,
            ], environment: ["STATE_DIRECTORY": state])
        let (_, shown) = await terminal.end()
        #expect(words(shown).contains("2 \(url(1)) manager-lite 3.9"), "\(shown)")
        #expect(try SettingsFile(path: file).values == ["manager_url": "auto", "worker_name": "node7"])
        #expect(try AcceptedManagerFile(stateDirectory: state).load()?.url == url(1))
        for manager in [first, second] {
            manager.send(SIGTERM)
            _ = await manager.exit()
        }
    }

    @Test("of strangers who lie are shown as what they are, and nobody is asked for them")
    func liar() async throws {
        let network = try await TestNetwork(hosts: 3)
        // Where the liar says that a manager is, somebody listens, and says when he is asked.
        let victim = try network.start(
            on: 0, "/usr/bin/env",
            [
                "python3", "-uc",
                """
                import socket
                listener = socket.create_server(("0.0.0.0", 8080))
                print("ready")
                while True: print("asked by", listener.accept()[1][0])
                """,
            ])
        _ = await victim.line(with: "ready")
        let liar = try network.start(on: 1, "/usr/bin/env", ["python3", "-uc", Self.liar])
        _ = await liar.line(with: "ready")
        let found = try await agent(network, on: 2, "discover", "--timeout", "2s")
        #expect(found.exit == .status(1))
        let output = words(found.output)
        #expect(
            output.contains(
                "\(url(0)) announced by 10.77.0.2, which has a different address: not queried\n"), "\(output)")
        #expect(
            output.contains("ignored an answer from 10.77.0.2: it has more than 2048 bytes\n"), "\(output)")
        #expect(output.hasSuffix("no manager answered within 2 s\n"), "\(output)")
        #expect(!found.output.contains("\u{1B}"))
        #expect(!victim.output.contains("asked"), "\(victim.output)")
        let trusted = try await agent(network, on: 2, "discover", "--trust", "--timeout", "2s")
        #expect(trusted.exit == .status(1) && trusted.output.contains("no manager answered on the networks"))
        let named = try await agent(network, on: 2, "discover", "--trust", "http://10.77.0.2:8080")
        #expect(named.exit == .status(1) && named.output.contains("does not answer as a Flamenco Manager: "))
        #expect(!FileManager.default.fileExists(atPath: state))
    }

    @Test("say when they come and go, and describe themselves")
    func notifications() async throws {
        let network = try await TestNetwork(hosts: 2)
        let listener = try network.start(on: 1, "/usr/bin/env", ["python3", "-uc", Self.listener])
        _ = await listener.line(with: "ready")
        let manager = try await manager(network, on: 0)
        #expect(await listener.line(with: "ssdp:alive LOCATION: \(url(0))/upnp/description.xml") != nil)
        let description = try network.start(
            on: 1, "/usr/bin/env",
            [
                "python3", "-c",
                "import urllib.request; print(urllib.request.urlopen('\(url(0))/upnp/description.xml').read().decode())",
            ])
        #expect(await description.end().output.contains("<deviceType>urn:flamenco:manager:0</deviceType>"))
        manager.send(SIGTERM)
        #expect(await manager.exit() == .status(0))
        #expect(await listener.line(with: "ssdp:byebye") != nil)
    }

    @Test(
        "cannot be found where nobody could reach them",
        arguments: [
            (
                "127.0.0.1:0",
                "--discoverable has no effect with 127.0.0.1:0, which other machines cannot reach: listen on all"
            ),
            (
                "[fd00::1]:8080",
                "--discoverable requires an IPv4 address, but [fd00::1]:8080 is not one: listen on all addresses"
            ),
        ])
    func unreachable(address: String, sentence: String) async throws {
        let manager = try RunningProgram(
            BuiltProducts.path("manager-lite"), ["serve", "--discoverable", "--listen", address])
        let (exit, output) = await manager.end()
        #expect(exit == .status(64) && output.contains(sentence), "\(output)")
    }

    @Test("are looked for where there is no network, and not found, in one sentence")
    func noNetwork() async throws {
        let network = try await TestNetwork(hosts: 0)
        let found = try await agent(network, on: 0, "discover")
        #expect(found.exit == .status(1))
        #expect(
            found.output
                == "flamenco-agent: this machine has no IPv4 network to search for managers\n")
    }

    // MARK: Programs in Python

    /// A socket that gets what is sent to the group.
    private static let groupSocket = """
        import socket, struct
        group = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
        group.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        group.bind(("239.255.255.250", 1900))
        group.setsockopt(socket.IPPROTO_IP, socket.IP_ADD_MEMBERSHIP,
                         struct.pack("4s4s", socket.inet_aton("239.255.255.250"), socket.inet_aton("10.77.0.2")))
        print("ready")

        """

    private static let listener =
        groupSocket + """
            while True:
                lines = group.recv(4096).decode().split("\\r\\n")
                print(*[line[5:] if line.startswith("NTS:") else line for name in ("NTS", "LOCATION")
                        for line in lines if line.startswith(name)])
            """

    private static let liar =
        groupSocket + """
            head = "HTTP/1.1 200 OK\\r\\nST: urn:flamenco:manager:0\\r\\nUSN: uuid:1::urn:flamenco:manager:0\\r\\n"
            while True:
                data, sender = group.recvfrom(4096)
                for text in ("X: " + "y" * 60000, "LOCATION: http://10.77.0.1:8080/", "SERVER: \\x1b[2J", "LOCATION: x"):
                    group.sendto((head + text + "\\r\\n\\r\\n").encode(), sender)
                group.sendto(b"\\x00" * 100, sender)
            """
}
