import ExecutorKit
import System

/// Whether programs can be kept in the sandbox of the settings, and what this kernel does not hold.
struct SandboxCheck: DoctorCheck {
    let settings: Settings
    let programs: Result<ProgramRunner, any Error>
    var landlock = LandlockSupport.ofKernel
    /// Where the kernel's settings are.
    var kernelSettings = "/proc/sys"

    let name = "sandbox"

    func run() async -> DoctorFinding {
        if settings.sandbox == .off {
            return .notApplicable("“sandbox” is “off”: programs may use all files that their user may")
        }
        do {
            let programs = try programs.get()
            try await BlockingWork.run { [settings] _ in
                if let sandbox = programs.defaults.sandbox { try settings.checkPlaces(of: sandbox) }
            }
            return finding(programs.defaults)
        } catch {
            return .failed("\(error)", "change that, or set “sandbox” to “off”: the agent does not start")
        }
    }

    private func finding(_ programs: ProgramDefaults) -> DoctorFinding {
        let ports = settings.sandboxTCPPorts.map { ports in
            ports.isEmpty ? "no TCP" : "TCP to port \(ports.map(String.init).joined(separator: ", ")) alone"
        }
        let gaps = landlock.gaps.isEmpty ? "" : "; this kernel does not hold \(landlock.gaps.joined(separator: ", "))"
        let words = "Landlock, ABI \(landlock.version), \(ports ?? "TCP to every port")\(gaps)"
        if let weakness = Settings.weakness(ofSandboxFor: programs) {
            return .warning("\(words); \(weakness)", "“flamenco-agent setup --render-user NAME”")
        }
        guard landlock.version >= LandlockSupport.holdsTruncation else {
            return .warning(words, "keep “run_as_user”, or use Linux 6.2 or later")
        }
        if let names = waysAroundPorts {
            return .warning(
                "\(words); programs come to other ports by \(names.joined(separator: " and "))",
                "“sysctl -w net.mptcp.enabled=0 net.ipv4.tcp_fastopen=0”, and the same in /etc/sysctl.d")
        }
        return .ok(words)
    }

    /// What lets programs connect to ports that are not theirs, since Landlock does not look at it; absent when nothing does.
    private var waysAroundPorts: [String]? {
        if settings.sandboxTCPPorts == nil { return nil }
        func number(_ name: String) -> Int {
            let bytes = FileSystem.contents(of: "\(kernelSettings)/\(name)") ?? []
            return Int(String(decoding: bytes, as: UTF8.self).filter { !$0.isWhitespace }) ?? 0
        }
        // Of the second, the lowest bit is for those who connect (Linux, “IP Sysctl”).
        let ways = [
            number("net/mptcp/enabled") != 0 ? "MPTCP" : nil,
            number("net/ipv4/tcp_fastopen") & 1 != 0 ? "TCP Fast Open" : nil,
        ].compactMap(\.self)
        return ways.isEmpty ? nil : ways
    }
}
