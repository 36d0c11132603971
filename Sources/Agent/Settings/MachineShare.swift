import ExecutorKit
import FlamencoAPI
import FoundationEssentials
import HumanText
import System

/// Which processors programs may use, as the settings say it.
package enum ProcessorChoice: Hashable, Sendable {
    /// So many: the first of those that the agent may use.
    case count(Int)
    /// These.
    case numbers([Int])

    private static let most = 8191

    /// `8`, or `0-7,16`: a number alone is how many.
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
    /// - Throws: ``SettingsError`` when one that is named is not among them.
    package func processors(of available: [Int]) throws(SettingsError) -> [Int] {
        switch self {
        case .count(let count): return Array(available.prefix(count))
        case .numbers(let numbers):
            let missing = numbers.filter { !available.contains($0) }
            if missing.isEmpty { return numbers }
            throw SettingsError(
                "“cpus” names \(NumberRanges.text(missing)), but the agent may use \(NumberRanges.text(available)) only"
            )
        }
    }

    /// What a cgroup has to control for it.
    var groupControl: ProcessorShare.GroupControl {
        switch self {
        case .count: .time
        case .numbers: .numbers
        }
    }

    /// The processors that this process may use; more may be in the machine.
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

/// An amount of memory: bytes, or a share of what the machine has.
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

    /// What programs can have at most: the memory of the machine, or less where a cgroup above this process allows less.
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
    /// Refuses processors that the agent may not use.
    ///
    /// - Throws: ``SettingsError``.
    package func requireProcessors() throws(SettingsError) {
        _ = try self.cpus?.processors(of: ProcessorChoice.available)
    }
}

extension SettingKind where Value == ProcessorChoice {
    /// A number of processors, or the numbers of some.
    static var processors: Self {
        SettingKind("how many processors, such as 8, or which, such as \"0-7\"") {
            ProcessorChoice($0)
        } show: {
            $0.description
        }
    }
}

extension SettingKind where Value == MemoryAmount {
    /// An amount of memory, or a share of the machine's.
    static var memory: Self {
        SettingKind("an amount such as 8GiB, or a share such as \"80%\"") {
            MemoryAmount($0)
        } show: {
            $0.description
        }
    }
}

extension SettingKind where Value == IOPriority {
    /// A level, or the word for the least.
    static var ioPriority: Self {
        SettingKind("a level from 0, which comes first, to 7, or “idle”") { text in
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
