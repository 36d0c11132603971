import ExecutorKit
import ManagerClient

/// The checks of an agent.
package enum DoctorChecks {
    /// How long the manager may take to answer.
    private static let patience = Duration.seconds(10)

    /// All of them, in the order in which things have to be right.
    ///
    /// - Parameters:
    ///   - stateDirectory: where the agent keeps its state; absent when it keeps none.
    ///   - environment: the environment of the process.
    ///   - folder: where programs that are tried start.
    package static func all(
        settings: Settings, stateDirectory: String?, executors: AvailableExecutors, environment: [String: String],
        folder: String, clock: any Clock<Duration>
    ) -> [any DoctorCheck] {
        let client = Result { try ManagerClient(settings) }.map { client in
            var client = client
            client.timeouts.connect = min(client.timeouts.connect, patience)
            client.timeouts.total = min(client.timeouts.total, patience)
            return client
        }
        let programs = Result {
            try ProgramRunner(
                settings, environment: environment, workingDirectory: folder, controlGroup: settings.cgroup.named,
                clock: clock)
        }
        let trial = ProgramTrial(programs: programs)
        let stateFolder = stateDirectory ?? StateDirectory.temporaryFolder(environment: environment)
        return [
            SettingsCheck(settings: settings),
            ManagerCheck(client: client, api: settings.api),
            CredentialsCheck(file: stateDirectory.map(CredentialsFile.init(stateDirectory:)), client: client),
            ClockCheck(client: client, clock: clock),
            stateDirectory.map(StateDirectoryCheck.init)
                ?? TemporaryFolderCheck(folder: stateFolder),
            SupervisorCheck(trial: trial),
            ExecutorsCheck(executors: executors, taskTypes: settings.taskTypes),
        ]
            + ProgramCheck.all(executors: executors, taskTypes: settings.taskTypes, client: client, trial: trial) + [
                AllowedPathsCheck(paths: settings.executors.allowedPaths),
                RequiredPathsCheck(
                    machine: MachineCheck(
                        // It is made at the first start, on the disk of what is there of its path.
                        settings, stateFolder: FilePath.nearestExisting(to: stateFolder),
                        programs: try? programs.get().defaults),
                    clock: clock),
                ProgramUserCheck(user: settings.runAsUser),
                ControlGroupCheck(
                    choice: settings.cgroup, needsMemory: settings.memoryLimit != nil, stateDirectory: stateDirectory),
                LimitsCheck(),
            ]
    }
}
