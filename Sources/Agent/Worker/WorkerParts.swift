package import ExecutorKit
import FlamencoAPI
import ManagerClient
import Spool
import System

/// The assembled parts of a worker.
package struct WorkerParts: Sendable {
    let settings: Settings
    let manager: ManagerSession
    let enrolment: Enrolment
    let acknowledgement: Acknowledgement
    let statePoll: StatePoll
    let permissionPoll: PermissionPoll
    let signOff: SignOff
    let spools: SpoolStore
    let sender: UpdateSender
    let previews: PreviewSender
    let programs: ProgramRunner
    /// Decides whether this node lets its worker work.
    package let availability: NodeAvailability
    /// Decides whether tasks are requested, and why not.
    package let readiness: Readiness
    let log: Log
    let status: StatusBoard
    let clock: any Clock<Duration>
    /// Runs hooks before and after tasks, and at the start and stop of the worker.
    let hooks: HookRunner
    /// Runs a hook when the worker has been idle for a while, if there is one.
    let idleHook: IdleHook?
    private let runner: TaskRunner

    /// Assembles a worker from its settings.
    ///
    /// - Parameters:
    ///   - clock: the clock for all waits.
    ///   - wallClock: the clock for work hours and the end of a pause.
    ///   - status: receives the status of the worker.
    /// - Throws: an error whose description is one sentence.
    package init(
        settings: Settings, state: StateDirectory, executors: ExecutorRegistry, programs: ProgramRunner,
        clock: any Clock<Duration>, wallClock: WallClock = .system, log: Log, status: StatusBoard? = nil
    ) async throws {
        let status =
            status
            ?? StatusBoard(
                worker: settings.workerName, manager: settings.managerURL, stateDirectory: state.path, pid: 0,
                clock: clock)
        self.status = status
        self.settings = settings
        self.programs = programs
        self.clock = clock
        self.log = log
        manager = try ManagerSession(
            settings, state: state, outage: Outage(clock: clock, log: log, onChange: status.outage), clock: clock,
            log: log, status: status)
        availability = await NodeAvailability(
            settings, stateDirectory: state.path, programs: programs, clock: clock, wallClock: wallClock, log: log,
            onChange: status.nodeSleeps)
        let taskTypes = try executors.taskTypes(narrowedTo: settings.taskTypes)
        status.isOffering(taskTypes)
        enrolment = Enrolment(
            manager: manager,
            profile: WorkerProfile(
                name: settings.workerName, taskTypes: taskTypes,
                software: Software.nameAndVersion, canRestart: settings.restartExitCode != nil),
            clock: clock, log: log)
        spools = try await SpoolStore.open(
            at: state.path + "/spool", limits: SpoolLimits(settings), clock: clock, log: log.note,
            onTrouble: { [status] in status.cannotStore(because: $0?.description) })
        readiness = Readiness(
            machine: MachineWatch(
                MachineCheck(settings, stateFolder: state.path, programs: programs.defaults), clock: clock),
            spools: spools, clock: clock, log: log,
            onChange: { [status] in status.takesNoTasks(because: $0?.description) })
        sender = UpdateSender(
            store: spools, clock: clock, log: log, onRefusal: { [status] in status.count(.lost) },
            mayRun: { [manager] (task) async throws(ManagerError) in try await manager.mayRun(task) },
            send: { [manager] (task, update) async throws(ManagerError) in try await manager.deliver(update, of: task) }
        )
        previews = PreviewSender(
            clock: clock, log: log, complains: settings.executors.logRules.outcome(of: .previewNotMade) != .ignore,
            isWanted: { [manager] in await manager.dialect.has(.previews) },
            make: PreviewMaker(programs: programs).image,
            send: { [manager] (task, image) in try await manager.show(image, of: task) })
        acknowledgement = Acknowledgement(
            manager: manager, sender: sender, flushTime: settings.flushTime, log: log)
        statePoll = StatePoll(manager: manager, clock: clock, log: log)
        permissionPoll = PermissionPoll(manager: manager, clock: clock, log: log)
        signOff = SignOff(
            manager: manager, sender: sender, flushTime: settings.flushTime, comesBack: !settings.isEphemeral,
            clock: clock, log: log)
        hooks = HookRunner(settings.hooks, programs: programs, log: log)
        idleHook = IdleHook(hooks, clock: clock)
        runner = TaskRunner(executors: executors, programs: programs, clock: clock)
    }

    /// Creates the loop that works on tasks, which calls `onEvent` when one starts and ends.
    func taskLoop(onEvent: @escaping @Sendable (WorkerEvent) -> Void) -> TaskLoop {
        TaskLoop(
            manager: manager, sender: sender, readiness: readiness,
            context: TaskRun.Context(
                spools: spools, runner: runner, hooks: hooks, previews: previews, status: status, clock: clock, log: log
            ),
            idle: IdleWait(longest: settings.taskPollInterval),
            retirement: RetirementPolicy(longestIdle: settings.exitAfterIdle, mostTasks: settings.maxTasks),
            onEvent: onEvent)
    }

    /// Inspects the worker.
    var inspection: AgentInspection {
        AgentInspection(board: status, sender: sender, programs: programs, secrets: log.secrets)
    }
}

extension SpoolLimits {
    fileprivate init(_ settings: Settings) {
        self.init(
            taskLog: settings.taskLogLimit, undelivered: settings.spoolLimit, keptTasks: settings.keptTasks,
            keptBytes: settings.keptSize)
    }
}

extension ExecutorRegistry {
    /// Returns the task types of a worker: all that it can run, or those of them that its settings name.
    ///
    /// - Throws: ``SettingsError`` if it cannot run one of them.
    package func taskTypes(narrowedTo wanted: [String]?) throws(SettingsError) -> [String] {
        guard let wanted else { return taskTypes }
        for type in wanted where !taskTypes.contains(type) {
            throw SettingsError(
                "\"task_types\" contains \"\(type)\", which no executor supports; available are \(taskTypes.joined(separator: ", "))"
            )
        }
        return wanted
    }
}

/// This program.
package enum Software {
    /// The version, as in semantic versioning.
    package static let version = Release.version
    /// Name and version, as shown to managers and people.
    package static let nameAndVersion = "Flamenco Agent \(version)"
}
