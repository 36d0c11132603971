import Agent
import CommandLineOptions
import ExecutorKit
import Executors
import Foundation
import HumanText
import ManagerClient
import System

/// Runs the tasks of a manager until stopped.
struct RunCommand: Subcommand {
    static let name = "run"
    static let summary = "Runs the tasks of a manager until stopped"
    static let details = [
        "The first SIGTERM or SIGINT stops the running task, which goes back to the manager, and ends the agent; with `--on-term"
            + " drain` the task finishes first. A second signal skips the grace period of programs."
    ]
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "stopped as requested"),
        ExitStatus("restart_exit_code", "the manager requested a restart"),
        ExitStatus(ExitCode.internal, "internal error, or ended by force"),
        ExitStatus(ExitCode.configuration, "the settings cannot be used"),
    ]
    static let examples = [
        CommandExample("run --manager-url http://manager.local:8080", "Work for a manager"),
        CommandExample("run --ephemeral --exit-after-idle 10m", "Leave when there is no work, and keep nothing"),
    ]
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
                log.warning("removed \(path), left behind by an agent that was killed")
            }
            return try StateDirectory.temporary(in: folder)
        }
        return try StateDirectory(
            path: StateDirectory.usualPath(setting: settings.stateDirectory, environment: environment))
    }

    func run() async throws -> Int32 {
        if settings.debugDumpable { OwnMemory.show() }
        OwnChildren.adoptStrays()
        let clock = ContinuousClock()
        let notifier = ServiceNotifier(environment: environment, pid: getpid())
        let termination = Termination(log: StandardErrorLog.log(settings))
        let signals = TerminationSignals { termination.received($0) }
        defer { withExtendedLifetime(signals) {} }

        let starting = Task { try await start(clock: clock, notifier: notifier, forcedEnd: termination.forcedEnd) }
        termination.onFirst { starting.cancel() }
        let parts: Parts
        do {
            parts = try await starting.value
        } catch is CancellationError {
            notifier.tell(.stopping)
            return ExitCode.success
        }
        defer { if settings.isEphemeral { parts.state.remove() } }
        let (worker, log) = (parts.worker, parts.log)
        let observation = try Observation(
            of: worker, settings, state: parts.state, service: notifier, clock: clock, log: log)
        termination.onEach { worker.tell(.terminate) }
        log.info("\(Software.nameAndVersion) works for \(parts.settings.managerURL) as \"\(settings.workerName)\"")
        if let url = try? ManagerURL(parts.settings.managerURL), url.isPlain, !url.isLoopback {
            log.warning(
                "the worker's credentials are sent to \(url) unencrypted: anyone on the network path can read them")
        }
        let watch = watchForManagers(parts, clock)
        let exit = await worker.run()
        watch?.cancel()
        await worker.hooks.onStop()
        await observation.end()
        await termination.logged()
        switch exit {
        case .stop:
            log.info("stopped")
            return ExitCode.success
        case .restart:
            log.info("stopped for a restart")
            return Int32(settings.restartExitCode ?? 0)
        }
    }

    /// Watches which manager answers instead of the accepted one, if that one is used.
    private func watchForManagers(_ parts: Parts, _ clock: any Clock<Duration>) -> Task<Void, Never>? {
        guard settings.needsAcceptedManager else { return nil }
        let watch = ManagerWatch(
            accepted: parts.settings.managerURL, stateDirectory: parts.state.path,
            finder: ManagerFinder(parts.settings), status: parts.worker.inspection.board, clock: clock, log: parts.log)
        return Task { await watch.run() }
    }

    // MARK: Starting

    /// The parts of a running agent.
    private struct Parts: Sendable {
        /// Those of the command, with the URL of the accepted manager if they refer to it.
        let settings: Settings
        let worker: Worker
        let state: StateDirectory
        let log: Log
    }

    /// Creates all parts. While a disk does not work, it waits, and reports readiness meanwhile: a service manager that gives up
    /// would not start it again when the disk works.
    private func start(
        clock: any Clock<Duration>, notifier: ServiceNotifier, forcedEnd: ForcedEnd
    ) async throws -> Parts {
        let log = StandardErrorLog.log(settings)
        let parts = try await PatientStart.run(clock: clock) { problem in
            log.error("waiting: \(problem); retrying every \(DurationText.text(PatientStart.interval))")
            notifier.tell(.ready, .status("waiting: \(problem)"))
        } _: {
            try await self.parts(clock: clock, forcedEnd: forcedEnd)
        }
        do {
            try await parts.worker.hooks.onStart()
        } catch {
            await parts.worker.hooks.onStop()
            throw error
        }
        return parts
    }

    private func parts(clock: any Clock<Duration>, forcedEnd: ForcedEnd) async throws -> Parts {
        let state = try await BlockingWork.run { _ in try stateDirectory() }
        let settings = try await BlockingWork.run { _ in try self.settings.withAcceptedManager(in: state.path) }
        let status = StatusBoard(
            worker: settings.workerName, manager: settings.managerURL, stateDirectory: state.path, pid: getpid(),
            clock: clock)
        let log = StandardErrorLog.log(settings, alsoTelling: status.noted)
        let groups = try ProgramGroups.open(settings, log: log)
        status.hasGroups(groups)
        let programs = try ProgramRunner(
            settings, environment: environment,
            workingDirectory: try await BlockingWork.run { _ in try state.workFolder() }, stateDirectory: state.path,
            groups: groups, clock: clock)
        try await settings.prepareSandbox(of: programs)
        forcedEnd.kills(programs)
        let executors = try AvailableExecutors(
            builtIn: BuiltinExecutors.all(settings.executors),
            settings: settings.executors,
            stateDirectory: settings.isEphemeral ? nil : state.path)
        let weakness = Settings.weakness(ofSandboxFor: programs.defaults)
        for warning in settings.warnings + (weakness.map { [$0] } ?? []) { log.warning("\(warning)") }
        for problem in executors.problems + executors.warnings { log.warning("\(problem)") }
        status.leavesOut(executors.problems.map(\.description))
        let worker = Worker(
            try await WorkerParts(
                settings: settings, state: state, executors: executors.registry, programs: programs, clock: clock,
                log: log, status: status))
        try await worker.availability.prepare()
        return Parts(settings: settings, worker: worker, state: state, log: log)
    }
}
