import FoundationEssentials
import System

/// A process on this machine, read from its files in `/proc`; nil on systems without them.
package struct LocalProcess: Sendable {
    /// The resources that it has used so far.
    package struct Usage: Sendable {
        /// CPU time of all its threads.
        package let cpu: Duration
        /// Its peak memory, in bytes.
        package let peakMemory: Int
    }

    /// Its ID.
    package let id: Int32

    /// This process.
    package static var own: LocalProcess { LocalProcess(id: getpid()) }

    private init(id: Int32) { self.id = id }

    /// Finds the process that listens on a port of this machine, if it is visible to this user.
    package init?(listeningAt port: Int) {
        let listening = "0A"
        let sockets = ["/proc/net/tcp", "/proc/net/tcp6"].flatMap { path in
            Self.text(path).split(separator: "\n").dropFirst().compactMap { line -> String? in
                let fields = line.split(separator: " ")
                guard fields.count > 9, fields[3] == listening,
                    fields[1].split(separator: ":").last.flatMap({ Int($0, radix: 16) }) == port
                else { return nil }
                return "socket:[\(fields[9])]"
            }
        }
        guard !sockets.isEmpty else { return nil }
        let found = ProcessTable.processes().first { id in
            let folder = "/proc/\(id)/fd"
            return ((try? Directory.names(in: folder)) ?? []).contains {
                (try? FileSystem.target(ofLink: "\(folder)/\($0)")).map(sockets.contains) ?? false
            }
        }
        guard let found else { return nil }
        id = found
    }

    /// The resources that it has used so far; nil if it has ended.
    package var usage: Usage? {
        // man 5 proc: the name, in brackets, may contain any character; utime and stime are the 12th and 13th field
        // after it.
        let fields = Self.text("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        let peak = Self.text("/proc/\(id)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = peak?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        let ticks = max(1, sysconf(Int32(_SC_CLK_TCK)))
        return Usage(cpu: .seconds(1) * Double(user + system) / Double(ticks), peakMemory: kibibytes << 10)
    }

    private static func text(_ path: String) -> String {
        // Files in /proc report no size.
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
