import Synchronization
import TestSupport

/// The programs that a soak started and that have not ended, so that none outlives it.
final class StartedPrograms: Sendable {
    private struct State {
        var running: [RunningProgram] = []
        var isOver = false
    }

    private let state = Mutex(State())

    /// Starts a program; none any more after ``endAll()``.
    func start(_ name: String, _ arguments: [String]) throws -> RunningProgram {
        try state.withLock { state in
            if state.isOver { throw CancellationError() }
            let program = try RunningProgram(BuiltProducts.path(name), arguments)
            state.running.append(program)
            return program
        }
    }

    /// How a program ended, when it has.
    func exit(of program: RunningProgram) async -> RunningProgram.Exit {
        let exit = await program.exit()
        state.withLock { state in state.running.removeAll { $0 === program } }
        return exit
    }

    /// Kills those that run, and waits for their ends; what an agent runs is ended by its supervisor.
    func endAll() async {
        let running = state.withLock { state in
            state.isOver = true
            return state.running
        }
        running.forEach { $0.send(9) }
        for program in running { _ = await program.exit() }
    }
}
