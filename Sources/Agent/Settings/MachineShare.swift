import CommandLineOptions
import ExecutorKit
import FlamencoAPI
import FoundationEssentials
import HumanText
import System

/// The CPUs that programs may use.
package enum ProcessorChoice: Hashable, Sendable {
    /// The first of those that the agent may use.
    case count(Int)
    /// Those with these numbers.
    case numbers([Int])

    private static let most = 8191

    /// `8`, or `0-7,16`: a number alone is a count.
    package init?(_ text: String) {
        if let count = Int(text) {
            guard (1...Self.most + 1).contains(count) else { return nil }
            self = .count(count)
        } else if let numbers = NumberRanges.numbers(text, most: Self.most) {
            self = .numbers(numbers)
        } else {
            return nil
        }
    }

    /// The processors.
    ///
    /// - Parameter available: those that the agent may use.
    /// - Throws: ``SettingsError`` when a named one is not available.
    package func processors(of available: [Int]) throws(SettingsError) -> [Int] {
        switch self {
        case .count(let count): return Array(available.prefix(count))
        case .numbers(let numbers):
            let missing = numbers.filter { !available.contains($0) }
            if missing.isEmpty { return numbers }
            throw SettingsError(
                "\"cpus\" has \(NumberRanges.text(missing)), but the agent may only use \(NumberRanges.text(available))"
            )
        }
    }

    /// The control of a cgroup that it needs.
    var groupControl: ProcessorShare.GroupControl {
        switch self {
        case .count: .time
        case .numbers: .numbers
        }
    }

    /// The CPUs that this process may use; the machine may have more.
    package static var available: [Int] {
        let numbers = Processors.available
        return numbers.isEmpty ? Array(0..<ProcessInfo.processInfo.activeProcessorCount) : numbers
    }
}

extension ProcessorChoice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .count(let count): String(count)
        case .numbers(let numbers): NumberRanges.text(numbers)
        }
    }
}

/// An amount of memory: bytes, or a percentage of the machine's memory.
package enum MemoryAmount: Hashable, Sendable {
    case bytes(Int)
    case percent(Int)

    /// `8GiB` or `80%`.
    init?(_ text: String) {
        if text.hasSuffix("%") {
            guard let percent = Int(text.dropLast()), (1...100).contains(percent) else { return nil }
            self = .percent(percent)
        } else {
            guard let bytes = ByteCountText.parse(text) else { return nil }
            self = .bytes(bytes)
        }
    }

    /// The amount on this machine.
    package var bytes: Int {
        switch self {
        case .bytes(let bytes): bytes
        case .percent(let percent): Self.total / 100 * percent
        }
    }

    /// The memory that programs can have: that of the machine, or the limit of a cgroup above this process if it is lower.
    static var total: Int {
        var total = Int(clamping: ProcessInfo.processInfo.physicalMemory)
        var group = try? OwnControlGroup.find().path
        while let path = group, path.count > 1 {
            let limit = FileManager.default.contents(atPath: path + "/memory.max").flatMap {
                Int(String(decoding: $0, as: UTF8.self).filter { !$0.isWhitespace })
            }
            total = min(total, limit ?? total)
            group = FilePath.parent(of: path)
        }
        return total
    }
}

extension MemoryAmount: CustomStringConvertible {
    package var description: String {
        switch self {
        case .bytes(let bytes): ByteCountText.text(bytes)
        case .percent(let percent): "\(percent)%, \(ByteCountText.text(bytes)) here"
        }
    }
}

extension Settings {
    /// Refuses CPUs that the agent may not use.
    ///
    /// - Throws: ``SettingsError``.
    package func requireProcessors() throws(SettingsError) {
        _ = try self.cpus?.processors(of: ProcessorChoice.available)
    }
}

extension SettingKind where Value == ProcessorChoice {
    /// A number of CPUs, or the numbers of some.
    static var processors: Self {
        SettingKind("a number of CPUs such as 8, or their numbers such as \"0-7\"", as: "NUMBER|LIST") {
            ProcessorChoice($0)
        } show: {
            $0.description
        }
    }
}

extension SettingKind where Value == MemoryAmount {
    /// An amount of memory, or a percentage of the machine's.
    static var memory: Self {
        SettingKind("a size such as 8GiB, or a percentage of the memory such as \"80%\"", as: "SIZE|PERCENT") {
            MemoryAmount($0)
        } show: {
            $0.description
        }
    }
}

extension SettingKind where Value == IOPriority {
    /// A level, or `idle`.
    static var ioPriority: Self {
        SettingKind(
            "a level from 0, the highest, to 7, or \"idle\"",
            as: OptionValue("LEVEL", completion: .words((0...7).map(String.init) + ["idle"]))
        ) { text in
            if text == "idle" { return .idle }
            return Int(text).flatMap { (0...7).contains($0) ? .level($0) : nil }
        } show: { priority in
            switch priority {
            case .level(let level): String(level)
            case .idle: "idle"
            }
        }
    }
}
