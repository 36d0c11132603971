public import FlamencoAPI
import HumanText

/// The job types that a manager offers.
public struct JobTypeRegistry: Sendable {
    /// The job types, in the order in which they are listed.
    public let jobTypes: [any JobType]

    /// Job types; of several with the same name the first one counts.
    public init(_ jobTypes: [any JobType]) { self.jobTypes = jobTypes }

    /// The job types that come with this manager.
    public static let builtin = JobTypeRegistry([
        CommandLineJob(), CommandsJob(), EchoSleepTest(), SimpleBlenderRender(),
    ])

    /// The list for submitters of a dialect (contract: `getJobTypes`).
    public func available(in dialect: APIDialect) -> AvailableJobTypes {
        AvailableJobTypes(jobTypes: jobTypes.map { $0.available(in: dialect) })
    }

    /// The job type of this name, or that there is none.
    public func find(_ name: String) -> Result<any JobType, UnknownJobTypeError> {
        Result { () throws(UnknownJobTypeError) in try jobType(named: name) }
    }

    /// The job type of this name.
    ///
    /// - Throws: ``UnknownJobTypeError``, which names those that there are.
    public func jobType(named name: String) throws(UnknownJobTypeError) -> any JobType {
        guard let jobType = jobTypes.first(where: { $0.name == name }) else {
            throw UnknownJobTypeError(name: name, known: jobTypes.map(\.name))
        }
        return jobType
    }
}

/// A job type that the manager does not have.
public struct UnknownJobTypeError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The name that was asked for.
    public let name: String
    /// The names that there are.
    public let known: [String]

    /// A job type that is not among these.
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
