/// Which jobs somebody wants to see (Flamenco 3.0 to 3.5: `JobsQuery`).
public struct JobsQuery: Codable, Hashable, Sendable {
    /// How many jobs are passed over.
    public var offset: Int?
    /// How many jobs there may be at most.
    public var limit: Int?
    /// The states that jobs have to be in; any when absent.
    public var statusIn: [JobStatus]?
    /// What has to stand in the metadata.
    public var metadata: JobMetadata?
    /// The settings that jobs have to have.
    public var settings: JobSettings?

    /// A query.
    public init(
        offset: Int? = nil, limit: Int? = nil, statusIn: [JobStatus]? = nil, metadata: JobMetadata? = nil,
        settings: JobSettings? = nil
    ) {
        self.offset = offset
        self.limit = limit
        self.statusIn = statusIn
        self.metadata = metadata
        self.settings = settings
    }

    private enum CodingKeys: String, CodingKey {
        case offset, limit, metadata, settings
        case statusIn = "status_in"
    }
}

/// Which jobs are to be deleted (Flamenco 3: `JobMassDeletionSelection`).
public struct JobMassDeletion: Codable, Hashable, Sendable {
    /// Jobs that last changed then or earlier.
    public var lastUpdatedMax: Timestamp

    /// A selection.
    public init(lastUpdatedMax: Timestamp) { self.lastUpdatedMax = lastUpdatedMax }

    private enum CodingKeys: String, CodingKey { case lastUpdatedMax = "last_updated_max" }
}

/// What would go with a job if it were deleted (Flamenco 3: `JobDeletionInfo`).
public struct JobDeletionInfo: Codable, Hashable, Sendable {
    /// Whether its files in Shaman would.
    public var deletesShamanCheckout: Bool

    /// What would go.
    public init(deletesShamanCheckout: Bool) { self.deletesShamanCheckout = deletesShamanCheckout }

    private enum CodingKeys: String, CodingKey { case deletesShamanCheckout = "shaman_checkout" }
}
