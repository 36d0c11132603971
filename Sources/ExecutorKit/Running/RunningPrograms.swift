import Synchronization

/// All running programs, so that all of them can be stopped at once.
final class RunningPrograms: Sendable {
    private struct State {
        var programs: [ObjectIdentifier: RunningProgram] = [:]
        var isUrgent = false
    }

    private let state = Mutex(State())

    /// Includes a program while `body` runs.
    func including<Value>(
        _ program: RunningProgram, isolation: isolated (any Actor)? = #isolation, _ body: () async throws -> Value
    ) async rethrows -> Value {
        let isUrgent = state.withLock { state in
            state.programs[ObjectIdentifier(program)] = program
            return state.isUrgent
        }
        if isUrgent { program.skipGrace() }
        defer { state.withLock { _ = $0.programs.removeValue(forKey: ObjectIdentifier(program)) } }
        return try await body()
    }

    /// Summaries of the running programs, sorted by process.
    var summaries: [RunningProgramSummary] {
        state.withLock(\.programs).values.compactMap(\.summary).sorted { $0.supervisor < $1.supervisor }
    }

    /// Stops all of them immediately, and programs started later without a grace period; does not wait.
    func abort() {
        skipGrace()
        state.withLock { Array($0.programs.values) }.forEach { $0.stop(.cancelled) }
    }

    /// Kills the remaining supervisors.
    func killSupervisors() { state.withLock { Array($0.programs.values) }.forEach { $0.killSupervisor() } }

    /// Removes the grace period of all programs, now and later.
    func skipGrace() {
        let programs = state.withLock { state in
            state.isUrgent = true
            return Array(state.programs.values)
        }
        programs.forEach { $0.skipGrace() }
    }
}

/// A running program.
package struct RunningProgramSummary: Hashable, Sendable {
    /// The name of the program.
    package let name: String
    /// Its process; nil until it has started.
    package let process: Int32?
    /// The process of its supervisor, the ancestor of all of its processes.
    package let supervisor: Int32
}
