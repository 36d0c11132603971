import ExecutorKit
import ManagerClient
import System

/// The checks of an agent.
package enum DoctorChecks {
    /// Maximum time for the manager's answer.
    private static let patience = Duration.seconds(10)

    /// Returns all checks, in the order of their dependencies.
    ///
    /// - Parameters:
    ///   - stateDirectory: the agent's state directory; nil if it has none.
    ///   - environment: the environment of the process.
    ///   - folder: the working directory of test programs.
    package static func all(
        settings given: Settings, stateDirectory: String?, executors: AvailableExecutors, environment: [String: String],
        folder: String, clock: any Clock<Duration>
    ) -> [any DoctorCheck] {
        let settings = (try? stateDirectory.map { try given.withAcceptedManager(in: $0) }) ?? given
        let client = Result { try patientClient(settings, stateDirectory) }
        let stateFolder = stateDirectory ?? StateDirectory.temporaryFolder(environment: environment)
        let programs = Result {
            try ProgramRunner(
                settings, environment: environment,
                workingDirectory: workFolder(settings, stateDirectory: stateDirectory, folder: folder),
                stateDirectory: stateDirectory,
                groups: settings.cgroup.named.map(ProgramGroups.init(path:)), clock: clock)
        }
        let trial = ProgramTrial(programs: programs)
        let user = try? ProgramUser(renderUser: settings.renderUser)
        var machine = MachineCheck(
            // It is created at the first start, on the disk of the nearest existing folder.
            settings, stateFolder: FilePath.nearestExisting(to: stateFolder), programs: try? programs.get().defaults)
        // Needed even if programs cannot run for another reason.
        machine.user = machine.user ?? user
        let general: [any DoctorCheck] = [
            SettingsCheck(settings: settings),
            ManagerCheck(client: client, api: settings.api),
            CredentialsCheck(file: stateDirectory.map(CredentialsFile.init(stateDirectory:)), client: client),
            ClockCheck(client: client, clock: clock),
            stateDirectory.map { StateDirectoryCheck(path: $0, isForRoot: settings.renderUser != nil) }
                ?? TemporaryFolderCheck(folder: stateFolder),
            SupervisorCheck(trial: trial),
            EnvironmentCheck(settings: settings, agent: environment),
            ExecutorsCheck(executors: executors, taskTypes: settings.taskTypes),
        ]
        // An ephemeral agent stores no accepted manager, and its settings do not need one.
        let acceptance = (given.needsAcceptedManager ? stateDirectory : nil).map {
            AcceptedManagerCheck(file: AcceptedManagerFile(stateDirectory: $0), finder: ManagerFinder(settings))
        }
        return general + (acceptance.map { [$0 as any DoctorCheck] } ?? [])
            + ProgramCheck.all(executors: executors, settings: settings, client: client, trial: trial) + [
                GPUDevicesCheck(trial: trial, isNeeded: settings.needsGPUs),
                KeepBlenderCheck(settings: settings),
                HooksCheck(hooks: settings.hooks, programs: programs),
                AllowedPathsCheck(paths: settings.executors.allowedPaths, user: user),
                RequiredPathsCheck(machine: machine, clock: clock),
                AvailabilityCheck(settings: settings, stateDirectory: stateDirectory),
                IdleCheck(idleTime: settings.onlyWhenIdle, programs: programs),
                SandboxCheck(settings: settings, programs: programs),
                ProgramUserCheck(user: settings.renderUser),
                ControlGroupCheck(
                    choice: settings.cgroup, needsMemory: settings.memoryLimit != nil, stateDirectory: stateDirectory),
                MachineShareCheck(cpus: settings.cpus, memoryLimit: settings.memoryLimit),
                LimitsCheck(),
                DebuggingCheck(isAllowed: settings.debugDumpable),
            ]
    }

    /// Returns the working directory of test programs: in a sandbox that of the agent's programs, where they may write.
    private static func workFolder(_ settings: Settings, stateDirectory: String?, folder: String) -> String {
        guard settings.sandbox == .paths, let stateDirectory else { return folder }
        let work = StateDirectory.workFolder(of: stateDirectory)
        return FileSystem.canAccess(work, W_OK | X_OK) ? work : "/"
    }

    /// Returns a client whose time limit fits that of the doctor.
    private static func patientClient(_ settings: Settings, _ stateDirectory: String?) throws -> ManagerClient {
        if let stateDirectory, settings.needsAcceptedManager {
            _ = try AcceptedManagerFile(stateDirectory: stateDirectory).required()
        }
        var client = try ManagerClient(settings)
        client.timeouts.connect = min(client.timeouts.connect, patience)
        client.timeouts.total = min(client.timeouts.total, patience)
        return client
    }
}
