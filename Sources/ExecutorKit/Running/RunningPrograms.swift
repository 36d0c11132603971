import Synchronization

/// All programs that run at the moment, so that all of them can be hurried at once.
final class RunningPrograms: Sendable {
    private struct State {
        var programs: [ObjectIdentifier: RunningProgram] = [:]
        var isUrgent = false
    }

    private let state = Mutex(State())

    /// Adds a program for as long as `body` runs.
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

    /// Those that run, in the order of their processes.
    var summaries: [RunningProgramSummary] {
        state.withLock(\.programs).values.compactMap(\.summary).sorted { $0.supervisor < $1.supervisor }
    }

    /// Stops all of them at once, and those that begin from now on without a grace period; waits for nothing.
    func abort() {
        skipGrace()
        state.withLock { Array($0.programs.values) }.forEach { $0.stop(.cancelled) }
    }

    /// Kills the supervisors that are left.
    func killSupervisors() { state.withLock { Array($0.programs.values) }.forEach { $0.killSupervisor() } }

    /// From now on, none has a grace period.
    func skipGrace() {
        let programs = state.withLock { state in
            state.isUrgent = true
            return Array(state.programs.values)
        }
        programs.forEach { $0.skipGrace() }
    }
}

/// A program that runs at the moment.
package struct RunningProgramSummary: Hashable, Sendable {
    /// What people call it.
    package let name: String
    /// Its process; absent until it has begun.
    package let process: Int32?
    /// The process of its supervisor, which all of its tree descends from.
    package let supervisor: Int32
}
