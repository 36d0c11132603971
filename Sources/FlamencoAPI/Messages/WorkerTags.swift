/// The tags that workers can have (Flamenco 3: `WorkerTagList`).
public struct WorkerTagList: Codable, Hashable, Sendable {
    /// The tags.
    public var tags: [WorkerTag]

    /// A list of tags.
    public init(tags: [WorkerTag] = []) { self.tags = tags }
}

/// A tag of workers (Flamenco 3: `WorkerTag`): a job that has one is for workers that have it too.
public struct WorkerTag: Codable, Hashable, Sendable {
    /// The identity of the tag; made up by the manager when absent.
    public var id: String?
    /// The name that people see.
    public var name: String
    /// What it is for.
    public var description: String?

    /// A tag.
    public init(id: String? = nil, name: String, description: String? = nil) {
        self.id = id
        self.name = name
        self.description = description
    }
}

/// The tags that a worker is to have from now on (Flamenco 3: `WorkerTagChangeRequest`).
public struct WorkerTagChange: Codable, Hashable, Sendable {
    /// The identities of the tags.
    public var tagIDs: [String]

    /// Tags of a worker.
    public init(tagIDs: [String]) { self.tagIDs = tagIDs }

    private enum CodingKeys: String, CodingKey { case tagIDs = "tag_ids" }
}

/// The tag that a job is to have from now on (Flamenco 3: `JobTagChange`).
public struct JobTagChange: Codable, Hashable, Sendable {
    /// The identity of the tag; when it is empty or absent, the job is for any worker.
    public var workerTag: String?

    /// A tag of a job.
    public init(workerTag: String?) { self.workerTag = workerTag }

    private enum CodingKeys: String, CodingKey { case workerTag = "worker_tag" }
}

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
