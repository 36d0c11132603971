import FlamencoAPI

/// The schemas of an API, by the names that Flamenco gives them.
struct APISchemas {
    let dialect: APIDialect

    /// All of them.
    var all: [String: JSONValue] {
        [workers, tasks, jobs, jobTypes, farm].reduce(into: [:]) { all, some in all.merge(some) { first, _ in first } }
    }

    /// Members that only dialects with this feature have.
    func with(_ feature: APIDialect.Feature, _ members: [String: JSONValue]) -> [String: JSONValue] {
        dialect.has(feature) ? members : [:]
    }

    private var farm: [String: JSONValue] {
        [
            "FlamencoVersion": Schema.object(
                "Which manager this is.", ["version": Schema.text, "name": Schema.text],
                optional: with(.longVersion, ["shortversion": Schema.text, "git": Schema.text])),
            "FarmStatusReport": Schema.object(
                "What the farm as a whole is doing.",
                ["status": Schema.words(FarmStatus.spellings.map(\.0))]),
            "ManagerVariables": Schema.map(of: Schema.named("ManagerVariable")),
            "ManagerVariable": Schema.object(
                "What a variable stands for.", ["value": Schema.text, "is_twoway": Schema.flag]),
            "ManagerConfiguration": Schema.object(
                "How the manager is set up.",
                ["isFirstRun": Schema.flag, "shamanEnabled": Schema.flag, "storageLocation": Schema.text]),
            "SharedStorageLocation": Schema.object(
                "Where shared files are, as people or workers on a platform call it.",
                [
                    "location": Schema.text, "audience": Schema.words(VariableAudience.allCases.map(\.rawValue)),
                    "platform": Schema.text, "shamanEnabled": Schema.flag,
                ]),
            "Error": Schema.object(
                "Why a request is refused, in one sentence.", ["code": Schema.integer(0...999), "message": Schema.text]),
        ]
    }
}

extension [String: JSONValue] {
    static func + (left: Self, right: Self) -> Self { left.merging(right) { first, _ in first } }
}
