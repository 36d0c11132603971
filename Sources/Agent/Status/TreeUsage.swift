import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the process trees below task supervisors use at the moment (man 5 proc_pid_stat). Nothing where there is no `/proc`.
struct TreeUsage: Hashable {
    /// How many processes there are, the supervisors not among them.
    private(set) var processes = 0
    /// Their processor time, and that of descendants which have ended.
    private(set) var cpuSeconds = 0.0
    /// Their resident memory; what they share counts for each.
    private(set) var residentBytes = 0

    /// Looks at the trees below these processes; reads a file for each process of the machine.
    init(below roots: [Int32]) {
        if roots.isEmpty { return }
        var children: [Int32: [ProcessStat]] = [:]
        var ticks = 0
        let ids = ((try? FileManager.default.contentsOfDirectory(atPath: "/proc")) ?? []).compactMap(Int32.init)
        for id in ids {
            guard let stat = ProcessStat(of: id) else { continue }
            children[stat.parent, default: []].append(stat)
            // What a supervisor waited for is part of its tree, it itself is not.
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

/// What there is in `/proc/N/stat` of a process: "id (name) state parent …", where the name may hold anything.
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
        // The first here is the third of the manual.
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
