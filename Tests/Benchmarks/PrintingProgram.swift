import Foundation

/// What this executable does as the program of a task: prints a lot, as fast as its pipe takes it, and writes down how
/// long it had to wait for that.
struct PrintingProgram {
    /// What is printed.
    enum Kind: String, CaseIterable {
        case lines
        case unbroken
        case progress

        var words: String {
            switch self {
            case .lines: "lines of 120 bytes"
            case .unbroken: "no line feed"
            case .progress: "\"\\r\" progress"
            }
        }

        var pattern: String {
            switch self {
            case .lines:
                "Fra:17 Mem:812.40M (Peak 911.02M) | Time:00:41.27 | Remaining:02:11.60 | Sample 96/256".padded(to: 119)
                    + "\n"
            case .unbroken: "x"
            case .progress: "\r 42% frame 17 of 40, 00:41.27 gone, 02:11.60 to go"
            }
        }
    }

    /// When it began, in nanoseconds since the machine started, how long it took, and how long of that it was blocked.
    struct Result {
        let start: UInt64
        let duration: Duration
        let blocked: Duration

        /// The result that a program wrote; nil when it has not ended.
        init?(writtenTo path: String) {
            guard let text = try? String(contentsOfFile: path, encoding: .utf8) else { return nil }
            let numbers = text.split(separator: " ").compactMap { UInt64($0) }
            guard numbers.count == 3 else { return nil }
            start = numbers[0]
            duration = .nanoseconds(Int64(numbers[1]))
            blocked = .nanoseconds(Int64(numbers[2]))
        }
    }

    /// Prints so many bytes; `report` tells of it, and a file `report.started` that it began.
    static func run(_ kind: Kind, bytes: Int, report: String) throws {
        let pattern = Array(kind.pattern.utf8)
        let block = [UInt8]((0..<(60_000 / pattern.count)).flatMap { _ in pattern })
        guard fcntl(STDOUT_FILENO, F_SETFL, O_NONBLOCK) == 0 else { throw POSIXError(.EINVAL) }
        try Data().write(to: URL(filePath: report + ".started"))
        let start = now()
        var blocked: UInt64 = 0
        var rest = bytes
        while rest > 0 {
            var part = block[..<min(rest, block.count)]
            rest -= part.count
            while !part.isEmpty {
                let count = part.withUnsafeBytes { write(STDOUT_FILENO, $0.baseAddress, $0.count) }
                if count > 0 { part = part.dropFirst(count) } else { blocked += waitForRoom() }
            }
        }
        let text = "\(start) \(now() - start) \(blocked)"
        try Data(text.utf8).write(to: URL(filePath: report), options: .atomic)
    }

    static func now() -> UInt64 { DispatchTime.now().uptimeNanoseconds }

    private static func waitForRoom() -> UInt64 {
        let start = now()
        var output = pollfd(fd: STDOUT_FILENO, events: Int16(POLLOUT), revents: 0)
        _ = poll(&output, 1, -1)
        return now() - start
    }
}

extension String {
    func padded(to length: Int) -> String { self + String(repeating: ".", count: max(0, length - count)) }
}
