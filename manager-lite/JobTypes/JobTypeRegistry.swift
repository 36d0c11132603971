public import FlamencoAPI
import HumanText

/// The job types of a manager.
public struct JobTypeRegistry: Sendable {
    /// The job types, in the order in which they are listed.
    public let jobTypes: [any JobType]

    /// Creates a registry; of several job types with the same name, the first one counts.
    public init(_ jobTypes: [any JobType]) { self.jobTypes = jobTypes }

    /// The built-in job types.
    public static let builtin = JobTypeRegistry([
        CommandLineJob(), CommandsJob(), EchoSleepTest(), SimpleBlenderRender(),
    ])

    /// Returns the list for submitters of a dialect (contract: `getJobTypes`).
    public func available(in dialect: APIDialect) -> AvailableJobTypes {
        AvailableJobTypes(jobTypes: jobTypes.map { $0.available(in: dialect) })
    }

    /// Returns the job type of this name, or an error.
    public func find(_ name: String) -> Result<any JobType, UnknownJobTypeError> {
        Result { () throws(UnknownJobTypeError) in try jobType(named: name) }
    }

    /// Returns the job type of this name.
    ///
    /// - Throws: ``UnknownJobTypeError`` with the existing names.
    public func jobType(named name: String) throws(UnknownJobTypeError) -> any JobType {
        guard let jobType = jobTypes.first(where: { $0.name == name }) else {
            throw UnknownJobTypeError(name: name, known: jobTypes.map(\.name))
        }
        return jobType
    }
}

/// The requested job type does not exist.
public struct UnknownJobTypeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The requested name.
    public let name: String
    /// The existing names.
    public let known: [String]

    /// Creates the error for a name.
    public init(name: String, known: [String]) {
        self.name = name
        self.known = known
    }

    /// One sentence without a full stop.
    public var description: String {
        let suggestion = NearestName.to(name, among: known).map { "did you mean \(JSONText.quoted($0))?" }
        return "there is no job type \(JSONText.quoted(name)); "
            + (suggestion ?? "available are \(known.map(JSONText.quoted).joined(separator: ", "))")
    }
}
