/// A manager's answer to an update of a task (contract: `taskUpdate`).
public enum UpdateReceipt: Hashable, Sendable {
    /// 204: the manager has it.
    case accepted
    /// 409: the task belongs to another worker now; nothing more about it is wanted.
    case notOurs
}
