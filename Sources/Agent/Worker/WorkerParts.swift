package import ExecutorKit
import FileWork
import FlamencoAPI
import ManagerClient
import Spool

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// All that a worker works with, put together.
package struct WorkerParts: Sendable {
    let settings: Settings
    let client: ManagerClient
    let enrolment: Enrolment
    let acknowledgement: Acknowledgement
    let statePoll: StatePoll
    let permissionPoll: PermissionPoll
    let farewell: Farewell
    let spools: SpoolStore
    let sender: UpdateSender
    let previews: PreviewSender
    let programs: ProgramRunner
    /// Whether tasks are taken, and why not.
    package let readiness: Readiness
    let log: Log
    let status: StatusBoard
    private let requests: PatientRequests
    private let runner: TaskRunner
    private let clock: any Clock<Duration>

    /// Puts a worker together from its settings.
    ///
    /// - Parameters:
    ///   - clock: what every wait goes by.
    ///   - status: is told what the worker does.
    /// - Throws: an error that says in one sentence what keeps this worker from starting.
    package init(
        settings: Settings, state: StateDirectory, executors: ExecutorRegistry, programs: ProgramRunner,
        clock: any Clock<Duration>, log: Log, status: StatusBoard? = nil
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
        var client = try ManagerClient(settings)
        client.onAnswer = status.asked
        client.conceal = log.secrets.concealed
        self.client = client
        let outage = Outage(clock: clock, log: log, onChange: status.outage)
        let requests = PatientRequests(clock: clock, outage: outage, backoff: Backoff())
        self.requests = requests
        let taskTypes = try executors.taskTypes(narrowedTo: settings.taskTypes)
        status.isOffering(taskTypes)
        enrolment = try Enrolment(
            client: client,
            file: settings.isEphemeral ? nil : CredentialsFile(stateDirectory: state.path),
            profile: WorkerProfile(
                name: settings.workerName, taskTypes: taskTypes,
                software: Software.nameAndVersion, canRestart: settings.restartExitCode != nil),
            requests: requests, clock: clock, log: log, api: settings.api.dialect, status: status)
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
            mayRun: { [enrolment] (task) async throws(ManagerError) in
                try await outage.noticing { () async throws(ManagerError) in try await enrolment.mayRun(task) }
            }
        ) {
            [enrolment] (task, update) async throws(ManagerError) in
            try await outage.noticing { () async throws(ManagerError) in try await enrolment.deliver(update, of: task) }
        }
        previews = PreviewSender(
            clock: clock, log: log, complains: settings.executors.logRules.outcome(of: .previewNotMade) != .ignore,
            isWanted: { [enrolment] in await enrolment.dialect.has(.previews) },
            make: PreviewMaker(programs: programs).image,
            send: { [enrolment] (task, image) in
                try await enrolment.ask { try await $0.outputProduced(image, by: task, as: $1) }
            })
        acknowledgement = Acknowledgement(
            enrolment: enrolment, requests: requests, sender: sender, flushTime: settings.flushTime,
            log: log)
        statePoll = StatePoll(enrolment: enrolment, requests: requests, clock: clock, log: log)
        permissionPoll = PermissionPoll(enrolment: enrolment, requests: requests, clock: clock, log: log)
        farewell = Farewell(
            enrolment: enrolment, sender: sender, flushTime: settings.flushTime, comesBack: !settings.isEphemeral,
            clock: clock, log: log)
        runner = TaskRunner(executors: executors, programs: programs, clock: clock)
    }

    /// The loop that works on tasks, which tells `report` when one starts and ends.
    func taskLoop(report: @escaping @Sendable (WorkerEvent) -> Void) -> TaskLoop {
        TaskLoop(
            enrolment: enrolment, requests: requests, sender: sender, spools: spools, readiness: readiness,
            runner: runner, previews: previews, idle: IdleWait(longest: settings.taskPollInterval),
            stay: LengthOfStay(longestIdle: settings.exitAfterIdle, mostTasks: settings.maxTasks), clock: clock,
            log: log, status: status, report: report)
    }

    /// How the worker is, for whoever looks at it.
    var inspection: AgentInspection {
        AgentInspection(board: status, sender: sender, programs: programs, secrets: log.secrets)
    }
}

extension ManagerClient {
    /// A client as the settings say.
    ///
    /// - Throws: `ManagerURLError`, `ManagerError`, ``SettingsError`` when there is no such `ca_file`.
    package init(_ settings: Settings) throws {
        try settings.requireCAFile()
        var timeouts = Timeouts()
        timeouts.connect = settings.connectTimeout
        timeouts.total = settings.requestTimeout
        try self.init(
            url: ManagerURL(settings.managerURL), software: "Flamenco-Agent/\(Software.version)",
            caFile: settings.caFile, timeouts: timeouts)
    }
}

extension Settings {
    /// Sees to it that the file with certificates is there: without it no manager can be reached, ever.
    ///
    /// - Throws: ``SettingsError``.
    package func requireCAFile() throws(SettingsError) {
        guard let caFile else { return }
        do throws(FileError) {
            let file = try SpoolFiles().open(caFile, .read)
            var byte: UInt8 = 0
            let count = try withUnsafeMutableBytes(of: &byte) { (buffer) throws(FileError) in
                try file.read(into: buffer, at: 0)
            }
            if count == 0 { throw FileError("read \(caFile)", ENODATA) }
        } catch {
            throw SettingsError("“ca_file” should be a file with certificates (PEM) that can be read: \(error)")
        }
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
    /// The types of tasks that a worker takes: all that it can run, or those of them that its settings name.
    ///
    /// - Throws: ``SettingsError`` when there is one of these that it cannot run.
    package func taskTypes(narrowedTo wanted: [String]?) throws(SettingsError) -> [String] {
        guard let wanted else { return taskTypes }
        for type in wanted where !taskTypes.contains(type) {
            throw SettingsError(
                "“task_types” has “\(type)”, which no executor runs; there are \(taskTypes.joined(separator: ", "))")
        }
        return wanted
    }
}
