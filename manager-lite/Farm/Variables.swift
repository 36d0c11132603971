package import FlamencoAPI

/// The variables of a farm: `{name}` in a task is replaced with a value, per platform and audience.
///
/// Text is processed once, from left to right: braces within values, and names without a value, are not changed.
///
/// The values of a two-way variable are folders, one for each platform: in submitted jobs, paths in the folder of the
/// submitter's platform are replaced with the variable.
package struct Variables: Codable, Hashable, Sendable {
    /// The scope of a value: a platform (`linux`, `darwin`, `windows`) or all, an audience or both.
    private struct Scope: Codable, Hashable, Sendable {
        var platform: String?
        var audience: VariableAudience?
    }

    private struct Entry: Codable, Hashable, Sendable {
        var isTwoWay = false
        var values: [Scope: String] = [:]
    }

    private var entries: [String: Entry] = [:]

    /// Creates an empty set.
    package init() {}

    /// The variables that job types need: the programs, found in the search path, and the default arguments of Blender.
    package static let standard: Variables = {
        var variables = Variables()
        variables.set("blender", to: "blender")
        variables.set("blenderArgs", to: "-b -y")
        variables.set("ffmpeg", to: "ffmpeg")
        return variables
    }()

    /// Sets a value, for one platform or for all without their own value, for one audience or for both.
    ///
    /// - Parameter isTwoWay: whether the values are folders, and paths in them are replaced with the variable.
    package mutating func set(
        _ name: String, to value: String, on platform: String? = nil, for audience: VariableAudience? = nil,
        isTwoWay: Bool = false
    ) {
        entries[name, default: Entry()].values[Scope(platform: platform, audience: audience)] = value
        entries[name]?.isTwoWay = isTwoWay
    }

    /// The variables for workers of a dialect: those of 2022 add nothing to Blender's command line, so the standard
    /// value, if used, must contain everything that is needed to run without a window.
    func forWorkers(of dialect: APIDialect) -> Variables {
        guard dialect == .v2022, entries["blender"] == Self.standard.entries["blender"] else { return self }
        var variables = self
        variables.set("blender", to: "blender --background --factory-startup")
        return variables
    }

    /// Sets `{jobs}`, the path of the shared folder on each platform, unless it is already set.
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

    /// Whether there is a variable of this name, with a value for any scope.
    package func has(_ name: String) -> Bool { entries[name] != nil }

    /// Returns the value of a variable on a platform: for the audience before both, for the platform before all.
    package func value(
        of name: String, on platform: String, for audience: VariableAudience = .workers
    ) -> String? {
        guard let values = entries[name]?.values else { return nil }
        return values[Scope(platform: platform, audience: audience)] ?? values[Scope(platform: platform)]
            ?? values[Scope(audience: audience)] ?? values[Scope()]
    }

    /// Returns all variables with a value for a platform and an audience (Flamenco 3: `getVariables`).
    package func values(on platform: String, for audience: VariableAudience = .workers) -> ManagerVariables {
        entries.reduce(into: [:]) { values, entry in
            values[entry.key] = value(of: entry.key, on: platform, for: audience).map {
                ManagerVariable(value: $0, isTwoWay: entry.value.isTwoWay)
            }
        }
    }

    /// Whether paths are replaced with the variable.
    func isTwoWay(_ name: String) -> Bool { entries[name]?.isTwoWay == true }

    /// The names of the two-way variables, in order.
    var twoWayNames: [String] { entries.keys.filter(isTwoWay).sorted() }
}
