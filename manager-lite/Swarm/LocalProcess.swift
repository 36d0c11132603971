import FoundationEssentials
import System

/// A process on this machine, by its files below `/proc`; there is none where there are no such files.
package struct LocalProcess: Sendable {
    /// What it used so far.
    package struct Usage: Sendable {
        /// Processor time of all its threads.
        package let cpu: Duration
        /// The most memory that it ever had in use, in bytes.
        package let peakMemory: Int
    }

    /// Its number.
    package let id: Int32

    /// This process.
    package static var own: LocalProcess { LocalProcess(id: getpid()) }

    private init(id: Int32) { self.id = id }

    /// The process that listens at a port on this machine, if this user may see it.
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

    /// What it used so far; absent when it is gone.
    package var usage: Usage? {
        // man 5 proc: the name, in brackets, may hold anything; utime and stime are the 12th and 13th field behind it.
        let fields = Self.text("/proc/\(id)/stat").split(separator: ")").last?.split(separator: " ") ?? []
        guard fields.count > 12, let user = Int(fields[11]), let system = Int(fields[12]) else { return nil }
        let peak = Self.text("/proc/\(id)/status").split(separator: "\n").first { $0.hasPrefix("VmHWM:") }
        let kibibytes = peak?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
        let ticks = max(1, sysconf(Int32(_SC_CLK_TCK)))
        return Usage(cpu: .seconds(1) * Double(user + system) / Double(ticks), peakMemory: kibibytes << 10)
    }

    private static func text(_ path: String) -> String {
        // Files below /proc have no size to read them by.
        guard let data = try? Data(contentsOf: URL(filePath: path)) else { return "" }
        return String(decoding: data, as: UTF8.self)
    }
}
