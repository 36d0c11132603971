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

    func run() async throws -> Int32 {
        let log = StandardErrorLog.log(level: settings.logLevel)
        let state = try StateDirectory(
            path: StateDirectory.usualPath(setting: settings.stateDirectory, environment: environment))
        let clock = ContinuousClock()
        let programs = try ProgramRunner(
            settings, environment: environment, workingDirectory: state.workFolder(), clock: clock)
        let service = ServiceNotifier(environment: environment, pid: getpid())
        let executors = try AvailableExecutors(
            builtIn: BuiltinExecutors.all, settings: settings.executors, stateDirectory: state.path)
        for problem in executors.problems { log.warning("\(problem)") }
        let worker = Worker(
            try await WorkerParts(
                settings: settings, state: state, executors: executors.registry, programs: programs, clock: clock,
                log: log, service: ServiceLink(service)))
        let signals = TerminationSignals { name in
            log.info("\(name) came")
            worker.tell(.terminate)
        }
        log.info("\(Software.nameAndVersion) works for \(settings.managerURL) as “\(settings.workerName)”")
        if let url = try? ManagerURL(settings.managerURL), url.isPlain, !url.isLoopback {
            log.warning("the worker's credentials go to \(url) unencrypted: anyone on the way can read them")
        }
        let watchdog = Task { [clock] in
            guard let interval = service.watchdogInterval else { return }
            while !Task.isCancelled {
                worker.whenAlive { service.tell(.alive) }
                try await clock.sleep(for: interval)
            }
        }
        let exit = await worker.run()
        watchdog.cancel()
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
