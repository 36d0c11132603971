import ExecutorKit
import HumanText
import System

/// Shows where the settings come from, if they are valid; otherwise see ``BrokenSettingsCheck``.
struct SettingsCheck: DoctorCheck {
    static let name = "settings"
    let settings: Settings

    var name: String { Self.name }

    func run() async -> DoctorFinding {
        let places = settings.effective.map(\.source).filter { $0 != .builtIn }.map(\.description)
        let different = places.enumerated().filter { !places[..<$0.offset].contains($0.element) }.map(\.element)
        let words = "from \(different.joined(separator: ", "))"
        guard let first = settings.warnings.first else { return .ok(words) }
        return .warning(
            "\(words); \(first)", "make root its owner, and remove write permission for group and others")
    }
}

/// Checks the environment that programs get from the settings.
struct EnvironmentCheck: DoctorCheck {
    let settings: Settings
    /// The environment of this process.
    let agent: [String: String]

    let name = "environment"

    func run() async -> DoctorFinding {
        do throws(SettingsError) {
            let user = settings.renderUser.flatMap(ProgramUser.init(named:))
            let variables = try ProgramEnvironment(settings, agent: agent, user: user)
            let usual = Set(EnvironmentFilter().filter(agent).keys)
            let passed = variables.passed.keys.filter { !usual.contains($0) }.sorted()
            var words: [String] = []
            if !variables.added.isEmpty {
                words.append("sets \(variables.added.keys.sorted().joined(separator: ", "))")
            }
            if !passed.isEmpty { words.append("passes on \(passed.joined(separator: ", "))") }
            if !settings.passEnvironment.isEmpty, passed.isEmpty {
                words.append("has none of \"pass_environment\" in its own environment")
            }
            if words.isEmpty { return .notApplicable("programs get only the usual variables") }
            if let (name, path) = await missingFile(variables.added) {
                return .warning(
                    "\(words.joined(separator: "; ")); \(name) is \(path), which does not exist",
                    "check that the storage is mounted and the path is right")
            }
            return .ok(words.joined(separator: "; "))
        } catch {
            return .failed(error.description, "correct \"environment\"")
        }
    }

    /// Returns the first variable that is a path which does not exist.
    private func missingFile(_ variables: [String: String]) async -> (name: String, path: String)? {
        for (name, path) in variables.sorted(by: { $0.key < $1.key }) where path.hasPrefix("/") && !path.contains(":") {
            let isThere = try? await BlockingWork.run("look at \(path)", limit: ProgramTrial.limit) { _ in
                try FileStatus(path, followingLinks: true) != nil
            }
            if isThere == false { return (name, path) }
        }
        return nil
    }
}

/// Whether Blender ever stays open, where the settings say that it should.
struct KeepBlenderCheck: DoctorCheck {
    let settings: Settings

    let name = "keep_blender_open"

    func run() async -> DoctorFinding {
        guard settings.keepBlenderOpen > .zero else { return .notApplicable("each task has a Blender of its own") }
        let hook = [Hooks.Moment.beforeTask, .afterTask].first { settings.hooks[$0] != nil }?.rawValue
        if let obstacle = hook ?? settings.cpuTimeLimit.map({ _ in "cpu_time_limit" }) {
            return .warning(
                "Blender never stays open, since there is \"\(obstacle)\"", "leave out that or \"keep_blender_open\"")
        }
        let memory = ByteCountText.text((settings.keepBlenderMemory ?? .percent(50)).bytes)
        return .ok("Blender stays open for \(DurationText.text(settings.keepBlenderOpen)), with at most \(memory)")
    }
}

/// Reports that the settings are invalid, so that nothing else can be checked.
package struct BrokenSettingsCheck: DoctorCheck {
    private let problem: String

    package init(_ problem: any ConfigurationProblem) { self.problem = problem.description }

    package var name: String { SettingsCheck.name }

    package func run() async -> DoctorFinding {
        .failed(problem, "fix this and run doctor again: all other checks need the settings")
    }
}

/// Checks whether all executors can be used, and those that the settings name exist.
struct ExecutorsCheck: DoctorCheck {
    let executors: AvailableExecutors
    let taskTypes: [String]?

    let name = "executors"

    func run() async -> DoctorFinding {
        let known = executors.registry.taskTypes
        if let unknown = taskTypes?.first(where: { !known.contains($0) }) {
            return .failed(
                "\"task_types\" contains \"\(unknown)\", which no executor supports",
                "available are \(known.joined(separator: ", ")); see \"flamenco-agent executors\"")
        }
        let words = "\(executors.registry.commandNames.count), for \((taskTypes ?? known).joined(separator: ", "))"
        guard let first = executors.problems.first else {
            guard let warning = executors.warnings.first else { return .ok(words) }
            return .warning(
                "\(words); \(warning)", "make root its owner, and remove write permission for group and others")
        }
        let more = executors.problems.count == 1 ? "" : ", and \(executors.problems.count - 1) more"
        return .warning(
            "\(words); left out: \(first)\(more)", "fix this; \"flamenco-agent executors\" lists all problems")
    }
}
