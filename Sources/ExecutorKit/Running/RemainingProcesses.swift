import SupervisorProtocol
import System

/// The remaining processes of a program that has signalled its end, and whether they only hang.
///
/// A wrapper may print the program's output, and then copy or upload files. So a tree hangs only if
///
/// - its first process is the program itself, or
/// - the program runs below a wrapper, was already there when the end was signalled, and the whole tree is quiet: it
///   has printed nothing and used almost no CPU time since, or
/// - its only process is another one, but not a script that the first process was started with; and it is quiet.
///
/// Without `/proc` this is unknown, and nothing hangs.
struct RemainingProcesses: Hashable, Sendable {
    private struct Process: Hashable, Sendable {
        let id: Int32
        /// Its command line.
        let words: [String]

        /// Whether it is the program of this name, and not a script of that name, whose first word is its interpreter.
        func isProgram(_ name: String) -> Bool { words.first.map { FilePath.name(of: $0).hasPrefix(name) } ?? false }
    }

    /// The fraction of a CPU that a quiet tree may use: waiting threads wake up now and then.
    private static let quietShare = 0.02
    private static let ticksPerSecond = 100.0
    /// One of this many first words of an interpreter's command line is the script.
    private static let mostInterpreterWords = 5

    private let first: Process
    private let others: [Process]
    /// The total CPU time, in kernel clock ticks.
    private let ticks: Int
    private let executable: String

    /// Reads a process and its descendants; nil if there is none, or it is unknown.
    static func look(at process: Int32, executable: String) async -> RemainingProcesses? {
        try? await BlockingWork.run("look at process \(process)") { _ in
            RemainingProcesses(of: process, executable: executable)
        }
    }

    private init?(of process: Int32, executable: String) {
        let living = ProcessTable().descendants(of: process).filter(\.isAlive).map(\.id)
        let all = ([process] + living).compactMap { id in
            Self.words(of: id).map { Process(id: id, words: $0) }
        }
        guard let first = all.first, first.id == process, all.count == living.count + 1 else { return nil }
        self.first = first
        others = Array(all.dropFirst())
        ticks = all.reduce(0) { $0 + Self.ticks(of: $1.id) }
        self.executable = executable
    }

    /// Returns whether they hang, and have since an earlier check.
    ///
    /// - Parameters:
    ///   - interval: the time between the two checks.
    ///   - isQuiet: whether nothing was printed in between.
    ///   - name: the prefix of the program's name.
    func hang(since earlier: Self, _ interval: Duration, isQuiet: Bool, name: String) -> Bool {
        if first.isProgram(name) { return true }
        let mostTicks = max(2, interval / .seconds(1) * Self.ticksPerSecond * Self.quietShare)
        guard isQuiet, Double(ticks - earlier.ticks) <= mostTicks else { return false }
        if others.contains(where: { $0.isProgram(name) && earlier.others.contains($0) }) { return true }
        return others.isEmpty && !first.words.dropFirst().prefix(Self.mostInterpreterWords).contains(executable)
    }

    /// Reads `/proc/N/cmdline`: words that end with a NUL each (man 5 proc_pid_cmdline).
    private static func words(of id: Int32) -> [String]? {
        FileSystem.contents(of: "/proc/\(id)/cmdline")?.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
    }

    /// Reads fields 14 and 15 of `/proc/N/stat`, `utime` and `stime` (man 5 proc_pid_stat).
    private static func ticks(of id: Int32) -> Int {
        guard let line = FileSystem.contents(of: "/proc/\(id)/stat", limit: 1024),
            let bracket = line.lastIndex(of: UInt8(ascii: ")"))
        else { return 0 }
        let fields = line[(bracket + 1)...].split(separator: UInt8(ascii: " "))
        return fields.dropFirst(11).prefix(2).reduce(0) { $0 + (Int(String(decoding: $1, as: UTF8.self)) ?? 0) }
    }
}
