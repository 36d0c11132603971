/// The processors that a program may use.
package struct ProcessorShare: Hashable, Sendable {
    /// What a cgroup holds a program to, which could change its affinity.
    package enum GroupControl: Hashable, Sendable {
        /// The time of so many processors (`cpu.max`).
        case time
        /// These processors (`cpuset.cpus`).
        case numbers
    }

    /// Their numbers, in order; at least one.
    package var numbers: [Int]
    /// What the cgroup of a program does besides its affinity.
    package var groupControl: GroupControl?

    /// A share.
    package init(_ numbers: [Int], groupControl: GroupControl? = nil) {
        self.numbers = numbers
        self.groupControl = groupControl
    }
}

/// When a program gets at disks, where the scheduler of a disk cares.
package enum IOPriority: Hashable, Sendable {
    /// A level of the usual class: 0 comes first, 7 last.
    case level(Int)
    /// Only when no other program needs the disk.
    case idle
}

/// What a program may use of the machine; what is absent stays as the agent has it.
package struct ProgramLimits: Hashable, Sendable {
    /// Bytes of address space of each process. CUDA and many others reserve far more than they use; see
    /// ``ProgramDefaults/memoryLimit`` for a limit on what is used.
    package var addressSpace: UInt64?
    /// Seconds of processor time of each process: SIGXCPU then, SIGKILL a second later.
    package var cpuSeconds: UInt64?
    /// How many files a process may have open.
    package var openFiles: UInt64?
    /// Bytes of a core file; 0 for none.
    package var coreSize: UInt64?

    /// Limits.
    package init(
        addressSpace: UInt64? = nil, cpuSeconds: UInt64? = nil, openFiles: UInt64? = nil, coreSize: UInt64? = nil
    ) {
        self.addressSpace = addressSpace
        self.cpuSeconds = cpuSeconds
        self.openFiles = openFiles
        self.coreSize = coreSize
    }
}

/// Numbers as Linux writes them in lists of processors: `0-3,8`.
package enum NumberRanges {
    /// The text for numbers in ascending order.
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

    /// The numbers that a text has, in ascending order; nil when it is something else, or has one above `most`.
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
