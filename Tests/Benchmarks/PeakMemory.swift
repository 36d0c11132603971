import Foundation
import Synchronization

/// How much more memory of its own a process had at its peak than when this was made: anonymous memory, since code and files
/// come and go as the system likes (proc_pid_status(5), RssAnon).
final class PeakMemory: Sendable {
    private static let interval = Duration.milliseconds(2)

    private let process: Int32
    private let idle: Int
    private let peak: Atomic<Int>

    /// Watches the process until this is released.
    init(of process: Int32) {
        self.process = process
        idle = Self.kibibytes(of: process)
        peak = Atomic(idle)
        Task { [weak self] in
            while self?.look() != nil { try? await Task.sleep(for: Self.interval) }
        }
    }

    /// The growth so far.
    var words: String {
        look()
        return String(format: "%+.1f MiB", Double(peak.load(ordering: .relaxed) - idle) / 1024)
    }

    private func look() { peak.max(Self.kibibytes(of: process), ordering: .relaxed) }

    private static func kibibytes(of process: Int32) -> Int {
        let status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
        let line = status.split(separator: "\n").first { $0.hasPrefix("RssAnon:") } ?? ""
        return line.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Int($0) } ?? 0
    }
}
