import Agent
import CommandLineOptions
import ExecutorKit
import Executors
import Foundation
import ManagerClient

/// Works for a manager until told to stop.
struct RunCommand: Subcommand {
    static let name = "run"
    static let summary = "Works for a manager until SIGTERM, SIGINT or the manager ends it"
    static let options = SettingsOptions.all

    private let settings: Settings
    private let environment = ProcessInfo.processInfo.environment

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        settings = try SettingsOptions.settings(from: arguments)
    }

    private func stateDirectory() throws -> StateDirectory {
        if settings.isEphemeral {
            let folder = StateDirectory.temporaryFolder(environment: environment)
            let log = StandardErrorLog.log(settings)
            for path in StateDirectory.removeAbandoned(in: folder) {
                log.warning("removed \(path), which an agent left that was killed")
            }
            return try StateDirectory.temporary(in: folder)
        }
        return try StateDirectory(
            path: StateDirectory.usualPath(setting: settings.stateDirectory, environment: environment))
    }

    func run() async throws -> Int32 {
        let clock = ContinuousClock()
        let state = try stateDirectory()
        defer { if settings.isEphemeral { state.remove() } }
        let status = StatusBoard(
            worker: settings.workerName, manager: settings.managerURL, stateDirectory: state.path, pid: getpid(),
            clock: clock)
        let log = StandardErrorLog.log(settings, alsoTelling: status.noted)
        let groups = try ProgramGroups.open(settings, log: log)
        status.hasGroups(groups)
        let programs = try ProgramRunner(
            settings, environment: environment, workingDirectory: state.workFolder(), controlGroup: groups?.path,
            clock: clock)
        let executors = try AvailableExecutors(
            builtIn: BuiltinExecutors.all, settings: settings.executors,
            stateDirectory: settings.isEphemeral ? nil : state.path)
        for warning in settings.warnings { log.warning("\(warning)") }
        for problem in executors.problems + executors.warnings { log.warning("\(problem)") }
        status.leavesOut(executors.problems.map(\.description))
        let worker = Worker(
            try await WorkerParts(
                settings: settings, state: state, executors: executors.registry, programs: programs, clock: clock,
                log: log, status: status))
        let observation = try Observation(
            of: worker, settings, state: state, service: ServiceNotifier(environment: environment, pid: getpid()),
            clock: clock, log: log)
        let signals = TerminationSignals { name in
            log.info("\(name) came")
            worker.tell(.terminate)
        }
        log.info("\(Software.nameAndVersion) works for \(settings.managerURL) as “\(settings.workerName)”")
        if let url = try? ManagerURL(settings.managerURL), url.isPlain, !url.isLoopback {
            log.warning("the worker's credentials go to \(url) unencrypted: anyone on the way can read them")
        }
        let exit = await worker.run()
        await observation.end()
        withExtendedLifetime((signals, state)) {}
        switch exit {
        case .stop:
            log.info("stopped")
            return ExitCode.success
        case .restart:
            log.info("stopped, to be started again")
            return Int32(settings.restartExitCode ?? 0)
        }
    }
}
