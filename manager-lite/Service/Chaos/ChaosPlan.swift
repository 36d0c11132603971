import HumanText

/// The faults that a manager injects, and how often: `500:5%,hang:1%,drop-reply:2%,latency:50-300ms`.
///
/// Each request has at most one fault, selected by a seeded generator: the same requests in the same order have the
/// same faults.
package struct ChaosPlan: Hashable, Sendable {
    /// A fault of a request.
    package enum Fault: Hashable, Sendable, CustomStringConvertible {
        /// It is answered with this status, without being handled.
        case status(Int)
        /// It is neither handled nor answered.
        case hang
        /// The connection is closed before the request is handled.
        case dropRequest
        /// It is handled, and the connection is closed without an answer.
        case dropReply
        /// It is handled, and the connection is closed within the answer.
        case cutReply

        /// The name in a plan.
        package var description: String {
            switch self {
            case .status(let status): "\(status)"
            case .hang: "hang"
            case .dropRequest: "drop-request"
            case .dropReply: "drop-reply"
            case .cutReply: "cut-reply"
            }
        }
    }

    /// A fault and its share of the requests.
    private struct Rule: Hashable {
        let fault: Fault
        /// From 0 to 1.
        let share: Double
    }

    /// No faults.
    package static let none = ChaosPlan()

    /// The text of the plan, without blanks.
    package let text: String
    private var rules: [Rule] = []
    /// The delay of every request, within these bounds.
    private var latency: ClosedRange<Duration>?

    private init() { text = "" }

    /// Parses a plan; an empty one has no faults.
    ///
    /// - Throws: ``ChaosError`` with the invalid part.
    package init(_ text: String) throws(ChaosError) {
        self.text = text.filter { $0 != " " }
        for part in text.split(separator: ",") {
            let words = part.split(separator: ":", maxSplits: 1).map { $0.filter { $0 != " " } }
            guard words.count == 2 else {
                throw ChaosError("\"\(part)\" should be a fault and its share, for example 500:5%, or latency:50-300ms")
            }
            if words[0] == "latency" {
                latency = try Self.latency(words[1])
            } else {
                rules.append(Rule(fault: try Self.fault(words[0]), share: try Self.share(words[1])))
            }
        }
        let sum = rules.reduce(0) { $0 + $1.share }
        guard sum <= 1.000001 else { throw ChaosError("the faults add up to more than 100%") }
    }

    /// Draws the fault and delay of the next request.
    package func draw(with generator: inout some RandomNumberGenerator) -> (fault: Fault?, latency: Duration) {
        if rules.isEmpty, latency == nil { return (nil, .zero) }
        var place = Double.random(in: 0..<1, using: &generator)
        let position = Double.random(in: 0..<1, using: &generator)
        let wait = latency.map { $0.lowerBound + ($0.upperBound - $0.lowerBound) * position } ?? .zero
        for rule in rules {
            place -= rule.share
            if place < 0 { return (rule.fault, wait) }
        }
        return (nil, wait)
    }

    private static func fault(_ word: String) throws(ChaosError) -> Fault {
        switch word {
        case "hang": return .hang
        case "drop-request": return .dropRequest
        case "drop-reply": return .dropReply
        case "cut-reply": return .cutReply
        default:
            guard let status = Int(word), (400...599).contains(status) else {
                throw ChaosError(
                    "\"\(word)\" is not a fault: use hang, drop-request, drop-reply, cut-reply, latency, or a status from 400 to 599"
                )
            }
            return .status(status)
        }
    }

    private static func share(_ word: String) throws(ChaosError) -> Double {
        guard let share = ShareText.parse(word) else { throw ChaosError("\"\(word)\" should be a share such as 5%") }
        return share
    }

    private static func latency(_ word: String) throws(ChaosError) -> ClosedRange<Duration> {
        let bounds = word.split(separator: "-").map(String.init)
        // In "50-300ms" the unit applies to both.
        let unit = String((bounds.last ?? "").drop { !$0.isLetter })
        let spans = bounds.map { DurationText.parse(Double($0) == nil ? $0 : $0 + unit) }
        guard let first = spans.first ?? nil, let last = spans.last ?? nil, spans.count <= 2, first <= last else {
            throw ChaosError("\"\(word)\" should be a duration such as 100ms or 50-300ms")
        }
        return first...last
    }
}

/// A problem in a plan, in one sentence.
package struct ChaosError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// A random number generator determined by its seed (SplitMix64 of Steele, Lea and Flood).
package struct SeededGenerator: RandomNumberGenerator, Sendable {
    private var state: UInt64

    package init(seed: UInt64) { state = seed }

    package mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}
