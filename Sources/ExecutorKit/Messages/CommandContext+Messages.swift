import Synchronization

extension CommandContext {
    /// Runs a program like ``runToSuccess(_:onLine:)``, and handles the messages in its output; see ``OutputMessage``.
    ///
    /// - Throws: ``CommandError`` with the reason reported by the program, if any.
    public func runAndListen(_ program: Program) async throws {
        let messages = Mutex(ProgramMessages())
        let result = try await run(program) { line in
            guard let message = OutputMessage(line) else { return }
            messages.withLock { $0.take(message, context: self) }
        }
        guard let failure = failure(of: program, result) else { return }
        throw messages.withLock(\.failure).map { CommandError("\(program.name) failed: \($0) (\(result.end))") }
            ?? failure
    }
}

/// The messages of a program so far.
private struct ProgramMessages {
    private(set) var failure: String?
    private var percent: Double?
    private var status: String?
    private var steps = 0

    mutating func take(_ message: OutputMessage, context: CommandContext) {
        let before = activity
        switch message {
        case .progress(let percent):
            self.percent = percent
            context.progress(percent / 100)
        case .status(let status): self.status = status
        case .failure(let reason): failure = reason
        case .output(let path): context.outputProduced(path)
        case .step(let count):
            for _ in steps..<max(steps, count) { context.stepCompleted() }
            steps = max(steps, count)
        }
        if let activity, activity != before { context.activity(activity) }
    }

    /// Both in one line: `42 %, Baking`.
    private var activity: String? {
        let words = [percent.map { "\(Int($0)) %" }, status].compactMap(\.self)
        return words.isEmpty ? nil : words.joined(separator: ", ")
    }
}
