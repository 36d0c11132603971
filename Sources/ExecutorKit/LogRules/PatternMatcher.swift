/// An expression compiled to a state machine without counters: states, and the transitions between them.
struct PatternProgram: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// A byte of this set leads to the next state.
        case byte(ByteSet, next: Int)
        case assertion(PatternNode.Assertion, next: Int)
        case either(Int, Int)
        case accept
    }

    /// More than any handwritten expression needs.
    static let mostSteps = 2000

    private(set) var steps: [Step] = [.accept]
    private(set) var start = 0

    /// - Throws: ``PatternError`` if it is too large.
    init(_ node: PatternNode) throws(PatternError) { start = try add(node, before: 0) }

    private mutating func add(_ step: Step) throws(PatternError) -> Int {
        guard steps.count < Self.mostSteps else {
            throw PatternError(position: 1, reason: "the expression is too large, counting its repetitions")
        }
        steps.append(step)
        return steps.count - 1
    }

    /// Adds the steps of `node`, which lead to `next`; returns the first one.
    private mutating func add(_ node: PatternNode, before next: Int) throws(PatternError) -> Int {
        switch node {
        case .byte(let set): return try add(.byte(set, next: next))
        case .assertion(let assertion): return try add(.assertion(assertion, next: next))
        case .sequence(let nodes):
            var next = next
            for node in nodes.reversed() { next = try add(node, before: next) }
            return next
        case .choice(let nodes):
            var first = try add(nodes[nodes.count - 1], before: next)
            for node in nodes.dropLast().reversed() { first = try add(.either(try add(node, before: next), first)) }
            return first
        case .repeated(let node, let least, let most):
            var first = next
            if let most {
                for _ in least..<max(least, most) { first = try add(.either(try add(node, before: first), next)) }
            } else {
                let loop = try add(.either(next, next))
                steps[loop] = .either(try add(node, before: loop), next)
                first = loop
            }
            for _ in 0..<least { first = try add(node, before: first) }
            return first
        }
    }
}

/// Searches for an expression in one line after another, with as many table look-ups as the line has bytes.
///
/// The states of a deterministic automaton are created when they are first reached, and discarded when there are too
/// many: memory and time per byte are bounded.
struct PatternMatcher: Sendable {
    private struct State: Hashable {
        /// The steps that wait for the next byte, in order; assertions before it are not decided yet.
        let steps: [Int]
        let before: Surroundings
    }

    /// The character next to a position in a line.
    private enum Surroundings: Hashable { case edge, word, other }

    private static let mostStates = 1000
    private static let unknown: Int32 = -1
    private static let found: Int32 = -2
    private static let notFound: Int32 = -3

    private let program: PatternProgram
    /// The class of each byte: bytes that the expression does not distinguish share one.
    private let classes: [UInt8]
    /// One byte of each class.
    private let examples: [UInt8]
    /// The number of classes, including one for the end of the line.
    private let width: Int
    private var states: [State] = []
    private var numbers: [State: Int32] = [:]
    /// The transitions from each state for each class.
    private var table: [Int32] = []
    /// The computation in which each step was last reached.
    private var reached: [UInt32]
    private var computation: UInt32 = 0
    /// The number of steps visited so far.
    private(set) var work = 0

    init(_ pattern: LinePattern) {
        program = pattern.program
        var sets: Set<ByteSet> = [.word]
        for case .byte(let set, _) in program.steps { sets.insert(set) }
        var seen: [[Bool]: UInt8] = [:]
        var examples: [UInt8] = []
        classes = (0...UInt8.max).map { byte in
            let traits = sets.map { $0.contains(byte) }
            if let known = seen[traits] { return known }
            // At most 256 classes, so their numbers fit.
            let number = UInt8(seen.count)
            seen[traits] = number
            examples.append(byte)
            return number
        }
        self.examples = examples
        width = examples.count + 1
        reached = Array(repeating: 0, count: program.steps.count)
        reset()
    }

    private mutating func reset() {
        states = []
        numbers = [:]
        table = []
        _ = number(of: State(steps: [program.start], before: .edge))
    }

    /// Whether the line contains a match.
    mutating func matches(_ line: UnsafeBufferPointer<UInt8>) -> Bool {
        var state: Int32 = 0
        for byte in line {
            state = next(state, Int(classes[Int(byte)]))
            if state == Self.found { return true }
        }
        return next(state, width - 1) == Self.found
    }

    private mutating func next(_ state: Int32, _ byteClass: Int) -> Int32 {
        let known = table[Int(state) * width + byteClass]
        return known == Self.unknown ? compute(state, byteClass) : known
    }

    private mutating func compute(_ number: Int32, _ byteClass: Int) -> Int32 {
        let state = states[Int(number)]
        let byte = byteClass < examples.count ? examples[byteClass] : nil
        let after: Surroundings = byte.map { ByteSet.word.contains($0) ? .word : .other } ?? .edge
        computation &+= 1
        var waiting = state.steps
        var following = [program.start]
        var isFound = false
        while let step = waiting.popLast() {
            if reached[step] == computation { continue }
            reached[step] = computation
            work += 1
            switch program.steps[step] {
            case .accept: isFound = true
            case .either(let one, let other): waiting += [one, other]
            case .assertion(let assertion, let next):
                if Self.holds(assertion, between: state.before, after, isEnd: byte == nil) { waiting.append(next) }
            case .byte(let set, let next): if let byte, set.contains(byte) { following.append(next) }
            }
        }
        let target: Int32
        if isFound {
            target = Self.found
        } else if byte == nil {
            target = Self.notFound
        } else {
            following.sort()
            let next = State(steps: Self.withoutRepetitions(following), before: after)
            if states.count >= Self.mostStates, numbers[next] == nil {
                reset()
                return self.number(of: next)
            }
            target = self.number(of: next)
        }
        table[Int(number) * width + byteClass] = target
        return target
    }

    private static func withoutRepetitions(_ sorted: [Int]) -> [Int] {
        var previous: Int?
        return sorted.filter { step in
            defer { previous = step }
            return step != previous
        }
    }

    private mutating func number(of state: State) -> Int32 {
        if let known = numbers[state] { return known }
        let number = Int32(states.count)
        states.append(state)
        numbers[state] = number
        table.append(contentsOf: repeatElement(Self.unknown, count: width))
        return number
    }

    private static func holds(
        _ assertion: PatternNode.Assertion, between before: Surroundings, _ after: Surroundings, isEnd: Bool
    ) -> Bool {
        switch assertion {
        case .lineStart: before == .edge
        case .lineEnd: isEnd
        case .wordBoundary: (before == .word) != (after == .word)
        case .noWordBoundary: (before == .word) == (after == .word)
        }
    }
}
