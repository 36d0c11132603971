import FlamencoAPI
package import ManagerClient

/// The result of migrating from Flamenco Worker: the settings and credentials for this agent, and notes for the user.
package struct FlamencoWorkerMigration: Hashable, Sendable {
    /// The text of the settings file.
    package let settings: String
    /// The credentials of the worker; nil if it never registered.
    package let credentials: WorkerCredentials?
    /// What was migrated and what was left out, one sentence each.
    package let notes: [String]

    /// Converts the files.
    ///
    /// - Parameters:
    ///   - worker: the content of `flamenco-worker.yaml`; nil if there is none.
    ///   - credentials: the content of `flamenco-worker-credentials.yaml`; nil if there is none.
    ///   - workerName: the worker's name from its environment (`FLAMENCO_WORKER_NAME`).
    ///   - stateDirectory: the agent's state directory, unless it is the default.
    /// - Throws: ``SettingsError`` if a value cannot be migrated.
    package init(worker: FlatYAML?, credentials: FlatYAML?, workerName: String?, stateDirectory: String? = nil)
        throws(SettingsError)
    {
        var notes: [String] = []
        var lines: [(name: String, value: JSONValue)] = []
        for entry in worker?.entries ?? [] {
            guard let key = Self.takenOver[entry.key] else {
                var note = "left out \"\(entry.key)\" (line \(entry.line)): this agent has no such setting"
                if case .other(let problem) = entry.value { note += "; it \(problem)" }
                notes.append(note)
                continue
            }
            if entry.value == .empty {
                notes.append("left out \"\(entry.key)\" (line \(entry.line)): it is empty")
                continue
            }
            lines.append((key, try Self.value(of: entry, for: key)))
            notes.append("migrated \"\(key)\"")
        }
        if let workerName, !workerName.isEmpty {
            if lines.contains(where: { $0.name == "worker_name" }) {
                notes.removeAll { $0 == "migrated \"worker_name\"" }
                notes.append("left out \"worker_name\" of the file: the environment sets another")
            }
            lines.removeAll { $0.name == "worker_name" }
            lines.append(("worker_name", .string(workerName)))
            notes.append("migrated \"worker_name\" from FLAMENCO_WORKER_NAME")
        }
        if let stateDirectory { lines.append(("state_dir", .string(stateDirectory))) }
        if !lines.contains(where: { $0.name == "manager_url" }) {
            notes.append(
                "no manager is set there: Flamenco Worker discovers it; set \"manager_url\" to its URL, or to \"auto\" after \"flamenco-agent discover --trust\""
            )
        }
        self.credentials = try Self.credentials(from: credentials)
        for entry in credentials?.entries ?? [] where !["worker_id", "secret"].contains(entry.key) {
            notes.append("left out \"\(entry.key)\" of the credentials (line \(entry.line))")
        }
        notes.append(
            self.credentials.map { "migrated the credentials: this node remains worker \($0.workerID)" }
                ?? "found no credentials: this node will register as a new worker")
        settings =
            (["// Migrated from Flamenco Worker.", "{"] + lines.map { "    \($0.name): \($0.value)," } + ["}"])
            .joined(separator: "\n") + "\n"
        self.notes = notes
    }

    /// The settings that this agent has too, with their names here.
    private static let takenOver = [
        "manager_url": "manager_url", "worker_name": "worker_name", "task_types": "task_types",
        "restart_exit_code": "restart_exit_code", "oom_score_adjust": "oom_score_adjust",
    ]

    private static func value(of entry: FlatYAML.Entry, for key: String) throws(SettingsError) -> JSONValue {
        switch (entry.value, key) {
        case (.list(let items), "task_types"): return .array(items.map { .string($0) })
        case (.text(let text), "restart_exit_code"), (.text(let text), "oom_score_adjust"):
            // Some YAML parsers read a number with a leading 0 as octal.
            guard let number = Int64(text), text == "0" || !text.drop(while: { "+-".contains($0) }).hasPrefix("0")
            else {
                break
            }
            return .integer(number)
        case (.text(let text), "manager_url"), (.text(let text), "worker_name"): return .string(text)
        default: break
        }
        let expected =
            switch key {
            case "task_types": "a list of strings"
            case "manager_url", "worker_name": "a string"
            default: "a number"
            }
        if case .other(let problem) = entry.value {
            throw SettingsError(
                "flamenco-worker.yaml: line \(entry.line): \"\(entry.key)\" should be \(expected), but \(problem)")
        }
        throw SettingsError("flamenco-worker.yaml: line \(entry.line): \"\(entry.key)\" should be \(expected)")
    }

    private static func credentials(from yaml: FlatYAML?) throws(SettingsError) -> WorkerCredentials? {
        guard let yaml else { return nil }
        guard case .text(let worker) = yaml["worker_id"], case .text(let secret) = yaml["secret"] else {
            throw SettingsError("the credentials should have \"worker_id\" and \"secret\"")
        }
        return WorkerCredentials(workerID: worker, secret: secret)
    }
}
