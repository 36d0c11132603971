package import FlamencoAPI

/// An update of a task, ready to be sent (contract: `TaskUpdate`).
package struct OutgoingUpdate: Hashable, Sendable {
    /// The new state of the task.
    package var status: TaskStatus?
    /// One line on what is happening now.
    package var activity: String?
    /// How many steps are done by now; only newer managers want to know.
    package var stepsCompleted: Int?
    /// Log text: valid UTF-8. Empty when there is none.
    package var log: [UInt8]

    package init(
        status: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) {
        self.status = status
        self.activity = activity
        self.stepsCompleted = stepsCompleted
        self.log = log
    }

    /// Whether it says that a task has not come to its end.
    var saysRunning: Bool {
        switch status {
        case nil, .completed, .failed, .canceled: false
        default: true
        }
    }

    /// Whether it says nothing.
    package var isEmpty: Bool { status == nil && activity == nil && stepsCompleted == nil && log.isEmpty }
}
