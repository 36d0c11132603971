/// The processors that a program may use.
package struct ProcessorShare: Hashable, Sendable {
    /// What the cgroup of a program restricts, because a program could change its affinity.
    package enum GroupControl: Hashable, Sendable {
        /// The CPU time, as a number of processors (`cpu.max`).
        case time
        /// The processors (`cpuset.cpus`).
        case numbers
    }

    /// Their numbers, in order; at least one.
    package var numbers: [Int]
    /// What the cgroup restricts in addition to the affinity.
    package var groupControl: GroupControl?

    /// Creates a share.
    package init(_ numbers: [Int], groupControl: GroupControl? = nil) {
        self.numbers = numbers
        self.groupControl = groupControl
    }
}

/// The I/O priority of a program, if the disk's scheduler supports it.
package enum IOPriority: Hashable, Sendable {
    /// A level of the best-effort class: 0 is the highest priority, 7 the lowest.
    case level(Int)
    /// Only when no other program needs the disk.
    case idle
}

/// The resource limits of a program; nil means unchanged.
package struct ProgramLimits: Hashable, Sendable {
    /// The maximum address space of each process, in bytes. CUDA and many others reserve far more than they use; see
    /// ``ProgramDefaults/memoryLimit`` for a limit of used memory.
    package var addressSpace: UInt64?
    /// The CPU time of each process in seconds: SIGXCPU then, SIGKILL a second later.
    package var cpuSeconds: UInt64?
    /// The maximum number of open files of a process.
    package var openFiles: UInt64?
    /// The maximum size of a core file in bytes; 0 for none.
    package var coreSize: UInt64?

    /// Creates limits.
    package init(
        addressSpace: UInt64? = nil, cpuSeconds: UInt64? = nil, openFiles: UInt64? = nil, coreSize: UInt64? = nil
    ) {
        self.addressSpace = addressSpace
        self.cpuSeconds = cpuSeconds
        self.openFiles = openFiles
        self.coreSize = coreSize
    }
}

/// Lists of numbers in the format of Linux's lists of processors: `0-3,8`.
package enum NumberRanges {
    /// Returns the text for numbers in ascending order.
    package static func text(_ numbers: [Int]) -> String {
        var ranges: [ClosedRange<Int>] = []
        for number in numbers {
            if let last = ranges.last, last.upperBound + 1 == number {
                ranges[ranges.count - 1] = last.lowerBound...number
            } else {
                ranges.append(number...number)
            }
        }
        return ranges.map { $0.count == 1 ? "\($0.lowerBound)" : "\($0.lowerBound)-\($0.upperBound)" }
            .joined(separator: ",")
    }

    /// Parses the numbers in a text, in ascending order; nil if it is invalid, or contains a number above `most`.
    package static func numbers(_ text: String, most: Int) -> [Int]? {
        var numbers: Set<Int> = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = part.split(separator: "-", omittingEmptySubsequences: false).map {
                Int($0.filter { $0 != " " })
            }
            guard bounds.count <= 2, let first = bounds.first.flatMap(\.self), let last = bounds.last.flatMap(\.self),
                0 <= first, first <= last, last <= most
            else { return nil }
            numbers.formUnion(first...last)
        }
        return numbers.sorted()
    }
}
