import FlamencoAPI

/// The schemas of an API, by their names in Flamenco.
struct APISchemas {
    let dialect: APIDialect

    /// All of them.
    var all: [String: JSONValue] {
        [workers, tasks, jobs, jobTypes, farm].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
    }

    /// Returns members that only dialects with this feature have.
    func with(_ feature: APIDialect.Feature, _ members: [String: JSONValue]) -> [String: JSONValue] {
        dialect.has(feature) ? members : [:]
    }

    private var farm: [String: JSONValue] {
        [
            "FlamencoVersion": Schema.object(
                "The name and version of the manager.", ["version": Schema.text, "name": Schema.text],
                optional: with(.longVersion, ["shortversion": Schema.text, "git": Schema.text])),
            "FarmStatusReport": Schema.object(
                "The status of the farm.",
                ["status": Schema.words(FarmStatus.spellings.map(\.0))]),
            "ManagerVariables": Schema.map(of: Schema.named("ManagerVariable")),
            "ManagerVariable": Schema.object(
                "The value of a variable.", ["value": Schema.text, "is_twoway": Schema.flag]),
            "ManagerConfiguration": Schema.object(
                "The configuration of the manager.",
                ["isFirstRun": Schema.flag, "shamanEnabled": Schema.flag, "storageLocation": Schema.text]),
            "SharedStorageLocation": Schema.object(
                "The location of shared files, for an audience on a platform.",
                [
                    "location": Schema.text, "audience": Schema.words(VariableAudience.allCases.map(\.rawValue)),
                    "platform": Schema.text, "shamanEnabled": Schema.flag,
                ]),
            "Error": Schema.object(
                "Why a request was rejected.", ["code": Schema.integer(0...999), "message": Schema.text]),
        ]
    }
}

extension [String: JSONValue] {
    static func + (left: Self, right: Self) -> Self { left.merging(right) { first, _ in first } }
}
