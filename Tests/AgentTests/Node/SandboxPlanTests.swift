import ExecutorKit
import Foundation
import SupervisorProtocol
import TestSupport
import Testing

@testable import Agent

@Suite("The sandbox of the settings")
struct SandboxPlanTests {
    private let folder: TemporaryFolder
    private let landlock = LandlockSupport(version: 7, absence: nil)

    init() throws {
        folder = try TemporaryFolder()
        for name in ["state", "home", "theirs", "work", "storage"] {
            try FileManager.default.createDirectory(atPath: path(name), withIntermediateDirectories: false)
        }
    }

    private func path(_ name: String) -> String { folder.path(name) }

    private func settings(_ text: String) throws -> Settings {
        let file = try SettingsFile(path: folder.write("etc/settings.json5", "{manager_url: 'http://m', \(text)}"))
        return try Settings(try SettingsInput(options: [:], environment: [:], file: file), machineName: "n")
    }

    private func sandbox(
        _ text: String, user: ProgramUser? = nil, work: String? = nil, _ landlock: LandlockSupport? = nil
    ) throws -> Sandbox? {
        var programs = ProgramDefaults(
            environment: ["HOME": path("home")], workingDirectory: work ?? path("work"))
        programs.user = user
        return try SandboxPlan(
            settings: settings(text), programs: programs, stateDirectory: path("state"),
            supervisor: "/usr/libexec/task-supervisor"
        ).sandbox(landlock ?? self.landlock)
    }

    /// What the settings are refused with, without the folder of the test.
    private func refusal(_ text: String, user: ProgramUser? = nil, work: String? = nil, version: Int32 = 7) throws
        -> String
    {
        do {
            let landlock = LandlockSupport(version: version, absence: version == 0 ? "there is none" : nil)
            guard let sandbox = try sandbox(text, user: user, work: work, landlock) else { return "off" }
            try settings(text).checkPlaces(of: sandbox)
            return "taken"
        } catch let error as SettingsError {
            return error.description.replacing(folder.url.path, with: "DIR")
        }
    }

    private var other: ProgramUser {
        ProgramUser(name: "render", id: 65_532, group: 65_532, groups: [65_532], home: path("theirs"))
    }

    @Test("is off unless it is asked for, and hides state and settings of this agent and of others")
    func usual() throws {
        #expect(try sandbox("") == nil)
        let found = try #require(
            try sandbox(
                "sandbox: 'paths', allowed_paths: ['/render'], sandbox_read: ['/studio'], sandbox_tcp_ports: [80]"))
        for place in [path("state"), path("etc/settings.json5"), "/etc/flamenco-agent", "/var/lib/flamenco-agent"] {
            #expect(found.hidden.contains(place), "\(found.hidden)")
        }
        for grant in [
            Sandbox.Grant("/render", .write), .init("/studio", .read), .init("/usr", .read), .init("/dev/null", .use),
            .init("/dev/shm", .write), .init(path("work"), .write, isExact: true),
            .init(path("home/.cache"), .write, isExact: true), .init(path("state/executors"), .read, isExact: true),
            .init("/usr/libexec/task-supervisor", .read, isExact: true),
        ] { #expect(found.grants.contains(grant), "\(grant)") }
        #expect(!found.grants.contains { $0.path == "/" || $0.path == path("home") || $0.path == "/etc" })
        #expect(found.tcpPorts == [80] && found.leastVersion == 4)
    }

    @Test("lets programs of another user use all of that user's home, and is enough for less of Landlock")
    func anotherUser() throws {
        let found = try #require(try sandbox("sandbox: 'paths'", user: other))
        #expect(found.grants.contains(.init(path("theirs"), .write, isExact: true)))
        #expect(found.leastVersion == 1 && found.tcpPorts == nil)
        var homeless = other
        homeless.home = path("gone")
        #expect(try sandbox("sandbox: 'paths'", user: homeless)?.grants.contains { $0.path == path("gone") } == false)
    }

    @Test(
        "is refused where the kernel knows too little",
        arguments: [
            (0, "sandbox: 'paths'", false, "\"sandbox\" is \"paths\", but there is none"),
            (
                2, "sandbox: 'paths'", false,
                "\"sandbox\" is \"paths\": expected ABI 3 of Landlock (Linux 6.2) or another user in \"run_as_user\", but this "
                    + "kernel has ABI 2, where programs could empty the agent's files"
            ),
            (1, "sandbox: 'paths'", true, "taken"), (3, "sandbox: 'paths'", false, "taken"),
            (
                3, "sandbox: 'paths', sandbox_tcp_ports: []", false,
                "\"sandbox_tcp_ports\" needs ABI 4 of Landlock (Linux 6.7), but this kernel has ABI 3"
            ),
            (0, "sandbox: 'off', sandbox_read: ['/x']", false, "off"),
        ] as [(Int32, String, Bool, String)])
    func kernels(version: Int32, text: String, hasOtherUser: Bool, sentence: String) throws {
        #expect(try refusal(text, user: hasOtherUser ? other : nil, version: version) == sentence)
    }

    @Test(
        "is refused where it would open what is the agent's, naming both",
        arguments: [
            (
                "allowed_paths: ['/']",
                "\"allowed_paths\" contains /, but \"sandbox\" never grants everything: list folders below it"
            ),
            (
                "sandbox_write: ['DIR']",
                "\"sandbox_write\" contains DIR, and DIR/state below it contains state or settings of the agent, "
                    + "which programs in the sandbox could change: list the folders beside it"
            ),
            (
                "sandbox_read: ['DIR/state/spool']",
                "\"sandbox_read\" contains DIR/state/spool, and DIR/state contains state or settings of the agent, "
                    + "which programs in the sandbox must not see"
            ),
            (
                "allowed_paths: ['DIR/link']",
                "\"allowed_paths\" contains DIR/link, which is DIR/state, and DIR/state contains state or settings of the agent, "
                    + "which programs in the sandbox must not see"
            ),
            (
                "sandbox_write: ['DIR/etc']",
                "\"sandbox_write\" contains DIR/etc, and DIR/etc/settings.json5 below it contains state or settings of the agent, "
                    + "which programs in the sandbox could change: list the folders beside it"
            ),
            ("sandbox_read: ['DIR', '/etc', '/var']", "taken"), ("allowed_paths: ['DIR/storage']", "taken"),
            ("allowed_paths: ['DIR/not there yet']", "taken"),
        ])
    func places(text: String, sentence: String) throws {
        symlink("state", path("link"))
        let text = "sandbox: 'paths', " + text.replacing("DIR", with: folder.url.path)
        #expect(try refusal(text) == sentence)
    }

    @Test("is refused where programs start above the state, or their home is")
    func ownPlaces() throws {
        let sentence =
            "\"sandbox\" lets programs use DIR, and DIR/state contains state or settings of the agent: move that elsewhere, "
            + "or run programs as a user with another home"
        #expect(try refusal("sandbox: 'paths'", work: folder.url.path) == sentence)
        var user = other
        user.home = folder.url.path
        #expect(try refusal("sandbox: 'paths'", user: user) == sentence)
    }

    @Test(
        "settings for it are a mistake without it",
        arguments: ["sandbox_read: ['/x']", "sandbox_write: ['/x']", "sandbox_tcp_ports: [1]"])
    func withoutIt(text: String) throws {
        let error = #expect(throws: SettingsError.self) { try settings(text) }
        #expect(
            error?.description
                == "\"\(text.prefix { $0 != ":" })\" has no effect without the sandbox: set \"sandbox\" to \"paths\" or \"off\""
        )
    }

    @Test("makes the folders that programs need and could not make")
    func folders() async throws {
        var runner = ProgramRunner(supervisor: "/nowhere")
        runner.defaults.environment = ["HOME": path("home")]
        runner.defaults.sandbox = try sandbox("sandbox: 'paths'")
        try await settings("sandbox: 'paths'").prepareSandbox(of: runner)
        #expect(
            try FileManager.default.subpathsOfDirectory(atPath: path("home")).sorted() == [
                ".cache", ".config", ".config/blender", ".local", ".local/share", ".local/share/blender", ".nv",
            ])
    }

    @Test("the doctor says what the kernel holds, what it does not, and what is wrong")
    func doctor() async throws {
        func check(
            _ text: String, version: Int32 = 9, kernelSettings: String = "/nowhere"
        ) async throws -> DoctorFinding {
            let programs = Result {
                var runner = ProgramRunner(supervisor: "/nowhere")
                runner.defaults.user = other
                runner.defaults.sandbox = try sandbox(text, user: other)
                return runner
            }
            return await SandboxCheck(
                settings: try settings(text), programs: programs,
                landlock: LandlockSupport(version: version, absence: nil), kernelSettings: kernelSettings
            ).run()
        }
        #expect(try await check("").status == .notApplicable)
        #expect(try await check("sandbox: 'paths'") == .ok("Landlock, ABI 9, TCP to every port"))
        #expect(
            try await check("sandbox: 'paths', sandbox_tcp_ports: [80, 443]", version: 7)
                == .ok(
                    "Landlock, ABI 7, TCP to port 80, 443 only; this kernel does not restrict connecting to sockets by path"
                ))
        #expect(
            try await check("sandbox: 'paths'", version: 2)
                == .warning(
                    "Landlock, ABI 2, TCP to every port; this kernel does not restrict truncating files that the "
                        + "user of programs may write, signals and abstract sockets, connecting to sockets by path",
                    "keep \"run_as_user\", or use Linux 6.2 or later"))
        #expect(try await check("sandbox: 'paths', sandbox_read: ['/']").status == .failed)
        try folder.write("sys/net/mptcp/enabled", "1\n")
        try folder.write("sys/net/ipv4/tcp_fastopen", "3\n")
        let around = try await check("sandbox: 'paths', sandbox_tcp_ports: [80]", kernelSettings: path("sys"))
        #expect(around.status == .warning)
        #expect(around.finding.hasSuffix("; programs can reach other ports with MPTCP and TCP Fast Open"))
        #expect(try await check("sandbox: 'paths'", kernelSettings: path("sys")).status == .ok)
        try folder.write("sys/net/mptcp/enabled", "0\n")
        try folder.write("sys/net/ipv4/tcp_fastopen", "2\n")
        let closed = try await check("sandbox: 'paths', sandbox_tcp_ports: [80]", kernelSettings: path("sys"))
        #expect(closed == .ok("Landlock, ABI 9, TCP to port 80 only"))
    }
}
