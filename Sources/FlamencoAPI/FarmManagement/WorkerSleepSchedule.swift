/// When a worker has to sleep (Flamenco 3: `WorkerSleepSchedule`).
public struct WorkerSleepSchedule: Codable, Hashable, Sendable {
    /// Whether the schedule counts.
    public var isActive: Bool
    /// The days on which the worker sleeps, by their first two letters, as in `mo tu`; every day when empty.
    public var daysOfWeek: String
    /// When the sleep begins, as in `09:00`.
    public var startTime: String
    /// When it ends; earlier than the start on the next day.
    public var endTime: String

    /// A schedule.
    public init(isActive: Bool, daysOfWeek: String, startTime: String, endTime: String) {
        self.isActive = isActive
        self.daysOfWeek = daysOfWeek
        self.startTime = startTime
        self.endTime = endTime
    }

    private enum CodingKeys: String, CodingKey {
        case isActive = "is_active"
        case daysOfWeek = "days_of_week"
        case startTime = "start_time"
        case endTime = "end_time"
    }
}
