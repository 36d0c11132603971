import FoundationEssentials
import System

/// The current usage of the process trees of task supervisors (man 5 proc_pid_stat). Zero where there is no `/proc`.
struct TreeUsage: Hashable {
    /// The number of processes, without the supervisors.
    private(set) var processes = 0
    /// Their CPU time, including descendants that have ended.
    private(set) var cpuSeconds = 0.0
    /// Their resident memory; shared memory counts for each process.
    private(set) var residentBytes = 0

    /// Measures the trees below these processes; reads a file for each process of the machine.
    init(below roots: [Int32]) {
        if roots.isEmpty { return }
        var children: [Int32: [ProcessStat]] = [:]
        var ticks = 0
        for id in ProcessTable.processes() {
            guard let stat = ProcessStat(of: id) else { continue }
            children[stat.parent, default: []].append(stat)
            // Children that a supervisor has waited for belong to its tree, the supervisor itself does not.
            if roots.contains(id) { ticks += stat.ticksOfEnded }
        }
        var waiting = roots
        while let parent = waiting.popLast() {
            for child in children.removeValue(forKey: parent) ?? [] {
                waiting.append(child.id)
                processes += child.isAlive ? 1 : 0
                ticks += child.ticks + child.ticksOfEnded
                residentBytes += child.residentPages * Int(getpagesize())
            }
        }
        cpuSeconds = Double(ticks) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }
}

/// The fields of `/proc/N/stat`: "id (name) state parent …", where the name may contain any character.
private struct ProcessStat {
    let id: Int32
    let parent: Int32
    let isAlive: Bool
    let ticks: Int
    /// Of descendants that have ended and were waited for.
    let ticksOfEnded: Int
    let residentPages: Int

    init?(of id: Int32) {
        guard let line = FileManager.default.contents(atPath: "/proc/\(id)/stat"),
            let bracket = line.lastIndex(of: UInt8(ascii: ")"))
        else { return nil }
        let fields = line[(bracket + 1)...].split(separator: UInt8(ascii: " ")).map {
            String(decoding: $0, as: UTF8.self)
        }
        // The first field here is the third in the manual.
        guard fields.count > 21, let parent = Int32(fields[1]), let user = Int(fields[11]),
            let system = Int(fields[12]),
            let endedUser = Int(fields[13]), let endedSystem = Int(fields[14]), let pages = Int(fields[21])
        else { return nil }
        self.id = id
        self.parent = parent
        isAlive = !["Z", "X", "x"].contains(fields[0])
        ticks = user + system
        ticksOfEnded = endedUser + endedSystem
        residentPages = pages
    }
}

/// The usage of the agent's own process (man 5 proc_pid_statm, man 2 getrusage). Unknown values are omitted.
struct OwnUsage {
    private let cpuSeconds: Double
    private let residentBytes: Int?
    private let virtualBytes: Int?
    private let openFiles: Int?
    private let openFilesLimit: Int?

    /// The current usage.
    static var now: OwnUsage {
        let usage = ResourceUsage.ofThisProcess
        let pages = FileManager.default.contents(atPath: "/proc/self/statm").map { line in
            String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        }
        let size = Int(getpagesize())
        return OwnUsage(
            cpuSeconds: (usage.userTime + usage.systemTime) / .seconds(1),
            residentBytes: pages.flatMap { $0.count > 1 ? $0[1] * size : nil },
            virtualBytes: pages?.first.map { $0 * size },
            openFiles: (try? Directory.names(in: "/proc/self/fd"))?.count,
            openFilesLimit: ResourceLimit.openFiles)
    }

    /// Returns the usual metrics of a process.
    func families(startedAt: Date) -> [MetricFamily] {
        func family(_ name: String, _ help: String, _ value: Int?) -> [MetricFamily] {
            value.map { [MetricFamily(name, .gauge, help, $0)] } ?? []
        }
        return [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "CPU time of the agent itself.", cpuSeconds),
            MetricFamily(
                "process_start_time_seconds", .gauge, "When the agent started, in seconds since 1970.",
                startedAt.timeIntervalSince1970),
        ] + family("process_resident_memory_bytes", "Resident memory of the agent itself.", residentBytes)
            + family("process_virtual_memory_bytes", "Address space of the agent itself.", virtualBytes)
            + family("process_open_fds", "Open file descriptors of the agent itself.", openFiles)
            + family("process_max_fds", "Maximum number of open file descriptors of the agent itself.", openFilesLimit)
    }
}
