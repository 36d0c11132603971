import Synchronization

extension CommandContext {
    /// Returns the outcome of a check: its own, or the one set by the operator.
    public func outcome(of check: ResultCheck) -> ResultCheck.Outcome {
        programs.logRules.outcome(of: check)
    }

    /// Reports the finding of a check. The first finding with the outcome `fail` is the reason of the failure when the
    /// command ends; a warning is shown immediately.
    ///
    /// - Parameters:
    ///   - sentence: the finding, in one sentence without a full stop.
    ///   - line: the line of output with the finding. If a rule of the operator has decided about it, nothing happens.
    /// - Returns: the outcome of the finding.
    @discardableResult
    public func found(_ check: ResultCheck, _ sentence: String, in line: OutputLine? = nil) -> ResultCheck.Outcome {
        if line?.isDecided == true { return .ignore }
        let outcome = outcome(of: check)
        take(outcome, sentence, source: check.name)
        return outcome
    }

    /// Records the finding of a check or a rule.
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

/// The findings of checks and rules in one command.
final class Findings: Sendable {
    /// The maximum number of warnings shown for one check; a scene can have thousands of missing files.
    private static let mostWarnings = 20

    private struct State {
        var failure: String?
        var warnings: [String: Int] = [:]
    }

    private let state = Mutex(State())

    /// The first finding that makes the command fail.
    var failure: String? { state.withLock(\.failure) }

    /// Records a failure; returns false unless it is the first.
    func fail(_ sentence: String) -> Bool {
        state.withLock { state in
            guard state.failure == nil else { return false }
            state.failure = sentence
            return true
        }
    }

    /// Counts a warning; returns false if there were enough of its kind.
    func warn(_ source: String) -> Bool {
        state.withLock { state in
            state.warnings[source, default: 0] += 1
            return state.warnings[source, default: 0] <= Self.mostWarnings
        }
    }

    /// Combines the findings with the error that the command threw, or nil: they are added as its reason, if it does
    /// not contain it.
    func combined(with error: (any Error)?) -> (any Error)? {
        guard let failure else { return error }
        guard let error else { return CommandError(failure) }
        if error is CancellationError || "\(error)".contains(failure) { return error }
        return CommandError("\(error): \(failure)")
    }
}

/// A check after a command has ended, or of a line that its program may print, with its meaning for the task.
///
/// A check has a name, so that operators can change its outcome: `log_rules: [{check: "saved-file-missing", then: "warn"}]`.
/// An executor lists its checks in ``CommandExecutor/checks`` and reports what they find with
/// ``CommandContext/found(_:_:in:)``.
public struct ResultCheck: Hashable, Sendable {
    /// The meaning of a finding for the task.
    public enum Outcome: String, Hashable, Sendable, CaseIterable {
        /// The command fails when it ends, with the finding as the reason.
        case fail
        /// The finding is shown as activity and written to the log.
        case warn
        /// Nothing happens.
        case ignore
    }

    /// The name in settings, in lower case with hyphens: `saved-file-missing`.
    public let name: String
    /// The outcome, unless the operator changes it.
    public let outcome: Outcome
    /// A short description of what it finds.
    public let purpose: String

    /// Creates a check.
    public init(_ name: String, _ outcome: Outcome, _ purpose: String) {
        self.name = name
        self.outcome = outcome
        self.purpose = purpose
    }
}

extension ResultCheck {
    /// A check of the agent itself: the preview of an output could not be made.
    package static let previewNotMade = ResultCheck(
        "preview-not-made", .warn, "the preview of an output could not be made")
}
