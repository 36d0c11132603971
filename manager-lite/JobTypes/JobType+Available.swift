public import FlamencoAPI
import FoundationEssentials

extension JobType {
    /// The job type as it is listed for submitters of a dialect (contract and Flamenco 3: `AvailableJobType`).
    public func available(in dialect: APIDialect) -> AvailableJobType {
        var definition = AvailableJobType(
            name: name, label: label, description: description, settings: settings(in: dialect))
        // All that submitters get to know, so that whatever they rely on is another version when it changes.
        definition.etag = (try? WireJSON.encode(definition)).map { Fingerprint.of($0) } ?? ""
        return definition
    }

    /// The version of all that submitters get to know.
    public var etag: String { available(in: .v3).etag }
}
