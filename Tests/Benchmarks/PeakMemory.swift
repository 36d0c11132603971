import Foundation

/// How much more memory a process had at its peak than when this was made (proc_pid_status(5), VmHWM).
struct PeakMemory {
    private let process: Int32
    private let idle: Int

    /// Takes what the process has now for idle, and forgets its earlier peak (proc_pid_clear_refs(5)).
    init(of process: Int32) throws {
        self.process = process
        try Data("5".utf8).write(to: URL(filePath: "/proc/\(process)/clear_refs"))
        idle = try Self.kibibytes("VmRSS:", of: process)
    }

    /// The growth since then.
    var words: String {
        get throws {
            let growth = try Self.kibibytes("VmHWM:", of: process) - idle
            return String(format: "%+.1f MiB", Double(growth) / 1024)
        }
    }

    private static func kibibytes(_ name: String, of process: Int32) throws -> Int {
        let line = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8).split(separator: "\n")
            .first { $0.hasPrefix(name) }
        return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
