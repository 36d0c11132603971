import Foundation

/// A network that nobody else is on: hosts in network namespaces, with addresses from 10.77.0.1 on, on one bridge. Needs root,
/// and goes with its owner.
public final class TestNetwork: Sendable {
    /// A process in each namespace, which keeps it; the last one has the bridge.
    private let keepers: [RunningProgram]

    /// Makes a network with so many hosts.
    public init(hosts: Int) async throws {
        var keepers: [RunningProgram] = []
        for _ in 0...hosts {
            let keeper = try RunningProgram(
                "/usr/bin/unshare", ["--net", "sh", "-c", "ip link set lo up && echo ready && exec sleep infinity"])
            guard await keeper.line(with: "ready") != nil else { throw TestNetworkError(output: keeper.output) }
            keepers.append(keeper)
        }
        self.keepers = keepers
        // A bridge that looks into memberships forwards nothing to groups before it knows them.
        try await run(on: hosts, "ip link add bridge type bridge mcast_snooping 0 && ip link set bridge up")
        for host in 0..<hosts {
            try await run(
                on: hosts,
                """
                ip link add host\(host) type veth peer name eth0 netns \(keepers[host].pid) &&
                    ip link set host\(host) master bridge up
                """)
            try await run(on: host, "ip address add \(Self.address(of: host))/24 dev eth0 && ip link set eth0 up")
        }
    }

    /// The address of a host, whose number begins at 0.
    public static func address(of host: Int) -> String { "10.77.0.\(host + 1)" }

    /// Starts a program on a host.
    public func start(
        on host: Int, _ path: String, _ arguments: [String], environment: [String: String] = [:]
    ) throws -> RunningProgram {
        try RunningProgram(
            "/usr/bin/nsenter", ["--net=/proc/\(keepers[host].pid)/ns/net", path] + arguments, environment: environment)
    }

    /// Runs a line of shell on a host to its end.
    public func run(on host: Int, _ line: String) async throws {
        let (exit, output) = await (try start(on: host, "/bin/sh", ["-ec", line])).end()
        guard exit == .status(0) else { throw TestNetworkError(output: "\(line): \(output)") }
    }
}

/// Why a network cannot be made.
public struct TestNetworkError: Error, CustomStringConvertible {
    let output: String

    /// One sentence.
    public var description: String { "cannot make a network: \(output)" }
}
