package import FlamencoAPI

/// The variables of a farm: `{name}` in what a worker gets stands for a value, per platform and audience.
///
/// Text is gone through once, from left to right: what a value has in braces stays as it is, and so does a name that there
/// is no value for.
///
/// The values of a two-way variable are folders, one for each platform: in what is submitted, paths in the folder of the
/// submitter's platform turn into the variable.
package struct Variables: Codable, Hashable, Sendable {
    /// Where a value counts: on a platform (`linux`, `darwin`, `windows`) or on all, for an audience or for both.
    private struct Scope: Codable, Hashable, Sendable {
        var platform: String?
        var audience: VariableAudience?
    }

    private struct Entry: Codable, Hashable, Sendable {
        var isTwoWay = false
        var values: [Scope: String] = [:]
    }

    private var entries: [String: Entry] = [:]

    /// No variables.
    package init() {}

    /// What job types rely on: the programs, as they are found in the search path, and how Blender is started.
    package static let standard: Variables = {
        var variables = Variables()
        variables.set("blender", to: "blender")
        variables.set("blenderArgs", to: "-b -y")
        variables.set("ffmpeg", to: "ffmpeg")
        return variables
    }()

    /// Sets a value, on one platform or on all that have none of their own, for one audience or for both.
    ///
    /// - Parameter isTwoWay: whether the variable, with all its values, is a folder that paths are turned into.
    package mutating func set(
        _ name: String, to value: String, on platform: String? = nil, for audience: VariableAudience? = nil,
        isTwoWay: Bool = false
    ) {
        entries[name, default: Entry()].values[Scope(platform: platform, audience: audience)] = value
        entries[name]?.isTwoWay = isTwoWay
    }

    /// The variables as workers of a dialect need them: those of 2022 add nothing to Blender's command line, so that the
    /// standard value, where it is in use, has all that it needs to run without a window.
    func forWorkers(of dialect: APIDialect) -> Variables {
        guard dialect == .v2022, entries["blender"] == Self.standard.entries["blender"] else { return self }
        var variables = self
        variables.set("blender", to: "blender --background --factory-startup")
        return variables
    }

    /// Sets `{jobs}`, the shared folder as each platform calls it, unless it is set already.
    package mutating func setJobs(to folder: String) {
        guard !has("jobs") else { return }
        let collapsed = collapse(folder, from: Platform.own.rawValue)
        for platform in Platform.allCases {
            for audience in VariableAudience.allCases {
                let expanded = expand(collapsed, on: platform.rawValue, for: audience)
                set("jobs", to: expanded == collapsed ? folder : expanded, on: platform.rawValue, for: audience)
            }
        }
    }

    /// Whether there is a variable of a name, with a value somewhere.
    package func has(_ name: String) -> Bool { entries[name] != nil }

    /// The value of a variable on a platform: the audience's own before that of both, the platform's before that of all.
    package func value(
        of name: String, on platform: String, for audience: VariableAudience = .workers
    ) -> String? {
        guard let values = entries[name]?.values else { return nil }
        return values[Scope(platform: platform, audience: audience)] ?? values[Scope(platform: platform)]
            ?? values[Scope(audience: audience)] ?? values[Scope()]
    }

    /// All variables that have a value on a platform for an audience (Flamenco 3: `getVariables`).
    package func values(on platform: String, for audience: VariableAudience = .workers) -> ManagerVariables {
        entries.reduce(into: [:]) { values, entry in
            values[entry.key] = value(of: entry.key, on: platform, for: audience).map {
                ManagerVariable(value: $0, isTwoWay: entry.value.isTwoWay)
            }
        }
    }

    /// Whether paths are turned into the variable.
    func isTwoWay(_ name: String) -> Bool { entries[name]?.isTwoWay == true }

    /// The names of the variables that paths are turned into, in their order.
    var twoWayNames: [String] { entries.keys.filter(isTwoWay).sorted() }
}
