package import ManagerClient

/// What the sender found out that concerns the agent as a whole.
package enum DeliveryEvent: Hashable, Sendable {
    /// 409: the task is not ours any more. Its queue was dropped; if this run is still going on, stop it.
    ///
    /// `run` is the name of the spool, since the same task may have been begun again meanwhile.
    case taskNotOurs(taskID: String, run: String)
    /// 401 or 403: the manager does not know this worker. Nothing is sent until ``UpdateSender/resume()``.
    case unauthorised(ManagerError)
}
