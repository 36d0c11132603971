/// Runs programs under the task supervisor.
public struct ProgramRunner: Sendable {
    func run(
        _ program: Program, report: any CommandReport, onLine: (@Sendable (OutputLine) -> Void)?
    ) async throws -> ProgramResult {
        throw ProgramError(executable: program.executable, reason: .supervisor("not yet"))
    }

    /// Kills at once what was asked to stop.
    public func skipGrace() {}
}
