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
