import Synchronization

extension CommandContext {
    /// What this check means for the task: its own outcome, or the one that the operator gave it.
    public func outcome(of check: ResultCheck) -> ResultCheck.Outcome {
        programs.logRules.outcome(of: check)
    }

    /// Reports what a check found. The first finding that fails the command is its reason when it ends; a warning is shown
    /// at once.
    ///
    /// - Parameters:
    ///   - sentence: what was found, in one sentence without a full stop.
    ///   - line: the line of output that says so. When a rule of the operator has decided about it, nothing happens.
    /// - Returns: what the finding means for the task.
    @discardableResult
    public func found(_ check: ResultCheck, _ sentence: String, in line: OutputLine? = nil) -> ResultCheck.Outcome {
        if line?.isDecided == true { return .ignore }
        let outcome = outcome(of: check)
        take(outcome, sentence, source: check.name)
        return outcome
    }

    /// Takes in what a check or a rule found.
    func take(_ outcome: ResultCheck.Outcome, _ sentence: String, source: String) {
        switch outcome {
        case .ignore: break
        case .fail: if findings.fail(sentence) { log("check \(source): \(sentence)") }
        case .warn:
            guard findings.warn(source) else { return }
            log("warning (\(source)): \(sentence)")
            activity("warning: \(sentence)")
        }
    }
}

/// What checks and rules found in one command.
final class Findings: Sendable {
    /// How many warnings of one check are shown; a scene can have thousands of missing files.
    private static let mostWarnings = 20

    private struct State {
        var failure: String?
        var warnings: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// The first finding that fails the command.
    var failure: String? { state.withLock(\.failure) }

    /// Takes note of a failure; false unless it is the first.
    func fail(_ sentence: String) -> Bool {
        state.withLock { state in
            guard state.failure == nil else { return false }
            state.failure = sentence
            return true
        }
    }

    /// Counts a warning; false when there were enough of its kind.
    func warn(_ source: String) -> Bool {
        state.withLock { state in
            state.warnings[source, default: 0] += 1
            return state.warnings[source, default: 0] <= Self.mostWarnings
        }
    }

    /// The error of a command that threw `error`, or nothing: what was found is its reason, if it does not say so itself.
    func combined(with error: (any Error)?) -> (any Error)? {
        guard let failure else { return error }
        guard let error else { return CommandFailure(failure) }
        if error is CancellationError || "\(error)".contains(failure) { return error }
        return CommandFailure("\(error): \(failure)")
    }
}
