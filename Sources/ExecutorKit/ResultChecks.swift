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
        guard let error else { return CommandError(failure) }
        if error is CancellationError || "\(error)".contains(failure) { return error }
        return CommandError("\(error): \(failure)")
    }
}

/// Something that is looked at when a command has ended, or a line that its program may print: what it means for the task.
///
/// A check has a name, so that operators can change its outcome: `log_rules: [{check: "saved-file-missing", then: "warn"}]`.
/// An executor lists its checks in ``CommandExecutor/checks`` and reports what they find with
/// ``CommandContext/found(_:_:in:)``.
public struct ResultCheck: Hashable, Sendable {
    /// What a finding means for the task.
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
    /// What it finds, in half a line.
    public let purpose: String

    /// A check.
    public init(_ name: String, _ outcome: Outcome, _ purpose: String) {
        self.name = name
        self.outcome = outcome
        self.purpose = purpose
    }
}

extension ResultCheck {
    /// What the agent itself finds: the image of an output that managers are shown could not be made.
    package static let previewNotMade = ResultCheck(
        "preview-not-made", .warn, "the preview of an output could not be made")
}
