import CPlatform
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the process of the agent itself uses (man 5 proc_pid_statm, man 2 getrusage). What the system does not say is left out.
struct OwnUsage {
    private let cpuSeconds: Double
    private let residentBytes: Int?
    private let virtualBytes: Int?
    private let openFiles: Int?
    private let openFilesLimit: Int?

    /// What it uses now.
    static var now: OwnUsage {
        var usage = rusage()
        _ = platform_own_usage(&usage)
        let pages = FileManager.default.contents(atPath: "/proc/self/statm").map { line in
            String(decoding: line, as: UTF8.self).split(separator: " ").compactMap { Int($0) }
        }
        let size = Int(getpagesize())
        return OwnUsage(
            cpuSeconds: seconds(usage.ru_utime) + seconds(usage.ru_stime),
            residentBytes: pages.flatMap { $0.count > 1 ? $0[1] * size : nil },
            virtualBytes: pages?.first.map { $0 * size },
            openFiles: (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd"))?.count,
            openFilesLimit: ResourceLimit.openFiles)
    }

    /// The metrics that processes usually have.
    func families(startedAt: Date) -> [MetricFamily] {
        func family(_ name: String, _ help: String, _ value: Int?) -> [MetricFamily] {
            value.map { [MetricFamily(name, .gauge, help, $0)] } ?? []
        }
        return [
            MetricFamily(
                "process_cpu_seconds_total", .counter, "Processor time of the agent itself.", cpuSeconds),
            MetricFamily(
                "process_start_time_seconds", .gauge, "When the agent started, in seconds since 1970.",
                startedAt.timeIntervalSince1970),
        ] + family("process_resident_memory_bytes", "Resident memory of the agent itself.", residentBytes)
            + family("process_virtual_memory_bytes", "Address space of the agent itself.", virtualBytes)
            + family("process_open_fds", "Files that the agent has open.", openFiles)
            + family("process_max_fds", "Files that the agent may have open.", openFilesLimit)
    }

    private static func seconds(_ time: timeval) -> Double { Double(time.tv_sec) + Double(time.tv_usec) / 1e6 }
}
