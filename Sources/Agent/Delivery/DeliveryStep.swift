import ManagerClient
import Spool

/// What follows from a manager's answer to an update of a task.
enum DeliveryStep: Hashable, Sendable {
    /// The manager has it: go on behind it.
    case advance
    /// The task is not ours any more: drop all that is queued for it.
    case abandon
    /// The manager does not know us: send nothing until we have signed on again, then the same once more.
    case pause
    /// The manager does not want this one: go on behind it.
    case drop
    /// The manager does not want this one, but it may want the status without log and steps.
    case sendStatusAlone
    /// Too large for something on the way: the same part of the log in pieces of at most so many bytes.
    case sendLess(Int)
    /// Nobody knows: the same once more, after a while.
    case retry

    /// The smallest piece that it is worth to divide.
    static let smallestPiece = 16 << 10

    /// - Parameter logBytes: how many bytes of the log the update took.
    static func after(
        _ answer: Result<UpdateReceipt, ManagerError>, to update: OutgoingUpdate, logBytes: Int
    ) -> DeliveryStep {
        switch answer {
        case .success(.accepted): return .advance
        case .success(.notOurs): return .abandon
        case .failure(let error):
            switch error.reason {
            case .unreachable, .brokenReply, .busy: return .retry
            case .unauthorised: return .pause
            case .rejected(status: 413, _, _) where logBytes > smallestPiece: return .sendLess(logBytes / 2)
            case .rejected(status: 404, _, _): return .drop
            case .rejected:
                let saysMore = !update.log.isEmpty || update.stepsCompleted != nil
                return update.status != nil && saysMore ? .sendStatusAlone : .drop
            }
        }
    }
}
