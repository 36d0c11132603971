import ExecutorKit
import System

/// Checks whether the sandbox in the settings can be enforced, and what this kernel does not restrict.
struct SandboxCheck: DoctorCheck {
    let settings: Settings
    let programs: Result<ProgramRunner, any Error>
    var landlock = LandlockSupport.ofKernel
    /// The folder of the kernel's settings.
    var kernelSettings = "/proc/sys"

    let name = "sandbox"

    func run() async -> DoctorFinding {
        if settings.sandbox == .off {
            return .notApplicable("\"sandbox\" is \"off\": programs may use all files that their user may")
        }
        do {
            let programs = try programs.get()
            try await BlockingWork.run { [settings] _ in
                if let sandbox = programs.defaults.sandbox { try settings.checkPlaces(of: sandbox) }
            }
            return finding(programs.defaults)
        } catch {
            return .failed("\(error)", "fix this, or set \"sandbox\" to \"off\": the agent does not start")
        }
    }

    private func finding(_ programs: ProgramDefaults) -> DoctorFinding {
        let ports = settings.sandboxTCPPorts.map { ports in
            ports.isEmpty ? "no TCP" : "TCP to port \(ports.map(String.init).joined(separator: ", ")) only"
        }
        let gaps =
            landlock.gaps.isEmpty ? "" : "; this kernel does not restrict \(landlock.gaps.joined(separator: ", "))"
        let words = "Landlock, ABI \(landlock.version), \(ports ?? "TCP to every port")\(gaps)"
        if let weakness = Settings.weakness(ofSandboxFor: programs) {
            return .warning("\(words); \(weakness)", "\"flamenco-agent setup --render-user NAME\"")
        }
        guard landlock.version >= LandlockSupport.holdsTruncation else {
            return .warning(words, "keep \"run_as_user\", or use Linux 6.2 or later")
        }
        if let names = waysAroundPorts {
            return .warning(
                "\(words); programs can reach other ports with \(names.joined(separator: " and "))",
                "\"sysctl -w net.mptcp.enabled=0 net.ipv4.tcp_fastopen=0\", and the same in /etc/sysctl.d")
        }
        return .ok(words)
    }

    /// Returns protocols with which programs can connect to other ports, because Landlock does not check them; nil if
    /// there are none.
    private var waysAroundPorts: [String]? {
        if settings.sandboxTCPPorts == nil { return nil }
        func number(_ name: String) -> Int {
            let bytes = FileSystem.contents(of: "\(kernelSettings)/\(name)") ?? []
            return Int(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }) ?? 0
        }
        // The lowest bit of the second one is for clients (Linux, "IP Sysctl").
        let ways = [
            number("net/mptcp/enabled") != 0 ? "MPTCP" : nil,
            number("net/ipv4/tcp_fastopen") & 1 != 0 ? "TCP Fast Open" : nil,
        ].compactMap(\.self)
        return ways.isEmpty ? nil : ways
    }
}
