/// An expression as a machine without memory: states, and how bytes lead from one to the next.
struct PatternProgram: Hashable, Sendable {
    enum Step: Hashable, Sendable {
        /// A byte of this set leads to the next state.
        case byte(ByteSet, next: Int)
        case assertion(PatternNode.Assertion, next: Int)
        case either(Int, Int)
        case accept
    }

    /// More than any expression that somebody writes by hand needs.
    static let mostSteps = 2000

    private(set) var steps: [Step] = [.accept]
    private(set) var start = 0

    /// - Throws: ``PatternProblem`` when it would become too large.
    init(_ node: PatternNode) throws(PatternProblem) { start = try add(node, before: 0) }

    private mutating func add(_ step: Step) throws(PatternProblem) -> Int {
        guard steps.count < Self.mostSteps else {
            throw PatternProblem(position: 1, reason: "the expression is too large, its repetitions counted")
        }
        steps.append(step)
        return steps.count - 1
    }

    /// Adds the steps of `node`, which lead to `next`; returns the first.
    private mutating func add(_ node: PatternNode, before next: Int) throws(PatternProblem) -> Int {
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
