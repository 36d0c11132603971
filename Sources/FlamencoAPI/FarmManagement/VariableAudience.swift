/// For whom a value of a variable is (Flamenco 3: `ManagerVariableAudience`).
public enum VariableAudience: String, CaseIterable, Codable, Hashable, Sendable {
    /// Those who submit jobs.
    case users
    /// Workers.
    case workers
}
