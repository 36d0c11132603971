import ExecutorKit
import FarmSupport
import FlamencoAPI
import Foundation
import HTTPServer
import ManagerClient
import TestSupport
import Testing

@testable import Agent

@Suite("What the doctor finds about the machine", .timeLimit(.minutes(1)))
struct NodeChecksTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func trial(
        supervisor: String = BuiltProducts.path("task-supervisor"), _ change: (inout ProgramRunner) -> Void = { _ in }
    ) -> ProgramTrial {
        var programs = ProgramRunner(supervisor: supervisor)
        change(&programs)
        return ProgramTrial(programs: .success(programs))
    }

    // MARK: People

    @Test("a pause, hours, and whether somebody uses the machine")
    func people() async throws {
        let noon = Date(timeIntervalSince1970: 1_795_780_800)
        func look(_ options: [String: String] = [:]) async throws -> DoctorFinding {
            await AvailabilityCheck(
                settings: try settings(options), stateDirectory: folder.url.path,
                wallClock: WallClock(now: { noon }, offset: { _ in 0 })
            ).run()
        }
        #expect(try await look() == .notApplicable("\"work_hours\" is not set"))
        #expect(
            try await look(["work_hours": "19:00-08:00"])
                == .ok("19:00-08:00: the time is outside these hours until 19:00"))
        #expect(try await look(["work_hours": "mo-su"]) == .ok("mo-su: the time is within these hours"))
        try PauseFile(stateDirectory: folder.url.path).store(
            NodePause(by: "alice", reason: "x", since: noon, until: noon + 60))
        #expect(
            try await look()
                == .warning(
                    "paused by alice until 12:01: x", "run \"flamenco-agent resume\" to end it"))

        func ask(_ script: String) async throws -> DoctorFinding {
            try folder.write("bin/loginctl", "#!/bin/sh\n\(script)\n", executable: true)
            var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
            programs.defaults.operatorVariables["PATH"] = folder.path("bin") + ":/usr/bin:/bin"
            return await IdleCheck(idleTime: .seconds(1), programs: .success(programs)).run()
        }
        #expect(try await ask("echo IdleHint=no") == .ok("this machine is in use"))
        #expect(try await ask("echo NCurrentSessions=0") == .ok("this machine is idle"))
        #expect(try await ask("exit 1").advice == "check that systemd-logind is running, or remove \"only_when_idle\"")
        let programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        #expect(await IdleCheck(idleTime: nil, programs: .success(programs)).run().status == .notApplicable)
    }

    // MARK: State

    @Test("a folder that is there, one that can be made, and one that an agent has")
    func state() async throws {
        chmod(folder.url.path, 0o700)
        let good = await StateDirectoryCheck(path: folder.url.path).run()
        #expect(good.finding.hasPrefix("\(folder.url.path), ") && good.finding.hasSuffix(" free"), "\(good.finding)")
        #expect(try folder.names() == [])
        let fresh = await StateDirectoryCheck(path: folder.path("a/b")).run()
        #expect(fresh == .ok("\(folder.path("a/b")) will be created at the first start"))
        #expect(try folder.names() == [])
        let state = try StateDirectory(path: folder.path("taken"))
        let taken = await StateDirectoryCheck(path: state.path).run()
        #expect(taken.finding.hasSuffix("; in use by process \(getpid())"), "\(taken.finding)")
        let json = try StatusBoard(
            worker: "n", manager: "http://m", stateDirectory: state.path, pid: 7, clock: ManualClock()
        ).current.json()
        let socket = try StatusSocket(in: state.path) { json }
        let running = await StateDirectoryCheck(path: state.path).run()
        #expect(running.finding.hasSuffix("; in use by the running agent, process 7, starting"), "\(running.finding)")
        withExtendedLifetime(socket) {}
    }

    @Test("a folder that others can look into, a file in its place, and one that nobody can write to")
    func badState() async throws {
        chmod(folder.url.path, 0o755)
        let open = await StateDirectoryCheck(path: folder.url.path).run()
        #expect(open.status == .warning && open.advice == "chmod 700 \(folder.url.path)")
        let file = try folder.write("file", "")
        #expect(await StateDirectoryCheck(path: file).run().finding == "\(file) is not a folder")
        #expect(await StateDirectoryCheck(path: file + "/below").run().status == .failed)
        // Not even root can write there.
        let system = await StateDirectoryCheck(path: "/proc/self").run()
        #expect(system.status == .failed && system.finding.contains("/proc/self/doctor-probe"), "\(system.finding)")
    }

    @Test("a temporary folder, where nothing is left of the look, or why there can be none")
    func temporaryState() async throws {
        let good = await TemporaryFolderCheck(folder: folder.url.path).run()
        #expect(good.status == .ok && good.finding.hasPrefix("a temporary one in \(folder.url.path), "), "\(good)")
        #expect(try folder.names() == [])
        let bad = await TemporaryFolderCheck(folder: folder.path("gone")).run()
        #expect(bad.status == .failed && bad.finding.hasSuffix("no such file or directory"), "\(bad)")
    }

    @Test("what has to be there before a task is taken")
    func requiredPaths() async throws {
        func look(_ paths: String..., minimumFree: Int? = nil) async -> DoctorFinding {
            await RequiredPathsCheck(
                machine: MachineCheck(
                    paths: paths.compactMap { RequiredPath($0) }, minimumFree: minimumFree,
                    folders: [folder.url.path]),
                clock: ContinuousClock()
            ).run()
        }
        #expect(await look().status == .notApplicable)
        #expect(
            await look("/:mounted", folder.url.path + ":rw", minimumFree: 1 << 10)
                == .ok("/:mounted, \(folder.url.path):rw, 1 KiB free"))
        let bad = await look(folder.path("gone"), folder.url.path + ":mounted", minimumFree: 1 << 60)
        #expect(bad.status == .failed)
        #expect(
            bad.finding.hasSuffix(
                "; \(folder.path("gone")) does not exist; nothing is mounted at \(folder.url.path)"), "\(bad)")
        #expect(bad.finding.hasPrefix("the disk of \(folder.url.path) has "), "\(bad)")
    }

    // MARK: Programs

    private func settings(_ options: [String: String]) throws -> Settings {
        let options = options.merging(["manager_url": "http://m"]) { $1 }
        return try Settings(SettingsInput(options: options, environment: [:], file: nil), machineName: "n")
    }

    @Test("what programs find in their environment by the settings")
    func environment() async throws {
        let agent = ["PATH": "/bin", "x_LICENSE": "1@lic"]
        func look(_ options: [String: String]) async throws -> DoctorFinding {
            await EnvironmentCheck(settings: try settings(options), agent: agent).run()
        }
        #expect(try await look([:]).status == .notApplicable)
        #expect(
            try await look(["environment": #"{"OCIO": "\#(folder.url.path)"}"#, "pass_environment": "*_LICENSE"])
                == .ok("sets OCIO; passes on x_LICENSE"))
        #expect(
            try await look(["pass_environment": "y"]) == .ok("has none of \"pass_environment\" in its own environment"))
        let missing = try await look(["environment": #"{"OCIO": "\#(folder.path("gone"))"}"#])
        #expect(missing.status == .warning)
        #expect(missing.finding == "sets OCIO; OCIO is \(folder.path("gone")), which does not exist")
        let unknown = try await look(["environment": #"{"OCIO": "{ROOT}/c"}"#])
        #expect(unknown.status == .failed && unknown.finding.contains("refers to {ROOT}"), "\(unknown)")
    }

    @Test("hooks that can be run, and one that is not there")
    func hooks() async throws {
        let file = try folder.write("hook", "#!/bin/sh\n", executable: true)
        func look(_ hooks: String) async throws -> DoctorFinding {
            let programs = Result<ProgramRunner, any Error> {
                ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
            }
            return await HooksCheck(
                hooks: try settings(["hooks": hooks]).hooks, programs: programs, isRoot: true
            ).run()
        }
        #expect(try await look("{}").status == .notApplicable)
        let plain = try folder.write("plain", "")
        let closed = try await look(#"{"before_task": "\#(plain)"}"#)
        #expect(closed.status == .failed)
        #expect(closed.finding == "before_task: could not start \(plain): permission denied")
        #expect(
            try await look(#"{"on_stop": "no-such-hook"}"#).finding.hasPrefix("on_stop: cannot find \"no-such-hook\""))
        chmod(file, 0o777)
        let open = try await look(#"{"before_task": "\#(file)", "on_stop": "true"}"#)
        #expect(open.status == .warning)
        #expect(open.finding.contains("before_task \(file), on_stop /"), "\(open)")
        #expect(open.finding.contains("\(file) is writable by everybody, and the agent runs as root"), "\(open)")
        #expect(try await look(#"{"before_task": {"run": "\#(file)", "as": "programs"}}"#).status == .ok)
    }

    @Test("what programs may use of the machine")
    func machineShare() async throws {
        func look(_ cpus: String?, memory: MemoryAmount? = nil) async -> DoctorFinding {
            await MachineShareCheck(
                cpus: cpus.flatMap { ProcessorChoice($0) }, memoryLimit: memory, available: [0, 1, 2, 3]
            ).run()
        }
        #expect(await look(nil).status == .notApplicable)
        #expect(await look("2", memory: .bytes(1 << 30)) == .ok("processors 0-1, 1 GiB of memory"))
        #expect(await look("3-3") == .ok("processor 3"))
        #expect(await look("8").finding == "processors 0-3, all there are: \"cpus\" is 8")
        #expect(await look("8").status == .warning)
        #expect(await look("2-5").finding == "\"cpus\" has 4-5, but the agent may only use 0-3")
        #expect(await look("2-5").status == .failed)
    }

    @Test("programs run below the supervisor, or why not")
    func supervisor() async throws {
        #expect(await SupervisorCheck(trial: trial()).run() == .ok("can run programs"))
        // What the operator allows to commands is another matter.
        let strict = trial { $0.policy = NodePolicy(allowedExecutables: ["/nothing"]) }
        #expect(await SupervisorCheck(trial: strict).run().status == .ok)
        let missing = ProgramTrial(
            programs: Result { ProgramRunner(supervisor: try ProgramRunner.locateSupervisor(beside: "/nowhere/agent")) }
        )
        #expect(await SupervisorCheck(trial: missing).run().finding == "task-supervisor is missing")
        let broken = await SupervisorCheck(trial: trial(supervisor: "/usr/bin/false")).run()
        #expect(
            broken.status == .failed && broken.finding.contains("task-supervisor exited without reporting a result"))
        let group = trial { $0.defaults.controlGroup = "/nowhere/group" }
        let refused = await SupervisorCheck(trial: group).run()
        #expect(refused.status == .failed && refused.finding.contains("create the control group /nowhere/group/"))
    }

    private func program(
        _ trial: ProgramTrial, needed: Bool = true, manager: String = "http://127.0.0.1:9"
    ) async -> DoctorFinding {
        let client = Result { try ManagerClient(url: ManagerURL(manager), software: "test") }
        return await ProgramCheck(name: "blender", option: "--version", isNeeded: needed, client: client, trial: trial)
            .run()
    }

    @Test("Blender with its version, only when tasks need it")
    func blender() async throws {
        try folder.write("blender", "#!/bin/sh\necho \"Blender 4.2.1 LTS ($1)\"\necho more", executable: true)
        let path = folder.url.path
        let found = trial { $0.defaults.environment["PATH"] = "\(path):/usr/bin:/bin" }
        #expect(await program(found) == .ok("Blender 4.2.1, \(path)/blender"))
        let missing = trial { $0.defaults.environment["PATH"] = "/nowhere" }
        let lost = await program(missing)
        #expect(lost.finding == "cannot find \"blender\": searched /nowhere")
        #expect(lost.advice == "install it, add it to the PATH of the agent, or reduce \"task_types\"")
        #expect(await program(missing, needed: false) == .notApplicable("not needed by the accepted tasks"))
        let forbidden = trial {
            $0.defaults.environment["PATH"] = "\(path):/usr/bin:/bin"
            $0.policy = NodePolicy(allowedExecutables: ["/opt"])
        }
        #expect(await program(forbidden).advice == "add it to \"allowed_executables\", or reduce \"task_types\"")
        try folder.write("blender", "#!/bin/sh\nexit 3", executable: true)
        #expect(await program(found).finding == "\(path)/blender --version failed: exit status 3")
    }

    @Test("the one that the manager's variable names")
    func variable() async throws {
        let path = try folder.write("other", "#!/bin/sh\necho Blender 5.0", executable: true)
        let manager = try StandInManager(speaksV3: true) { request, _ in
            switch request.path {
            case "/api/v3/version": .version
            case "/api/v3/configuration/variables/workers/linux":
                .json(200, #"{"blender": {"value": "\#(path) -b -y", "is_twoway": false}}"#)
            default: .json(404, "{}")
            }
        }
        #expect(await program(trial(), manager: manager.server.url) == .ok("Blender 5.0, \(path)"))
        try FileManager.default.removeItem(atPath: path)
        let gone = await program(trial(), manager: manager.server.url)
        #expect(gone.finding == "could not start \(path): no such file or directory (the manager's {blender})")
    }

    @Test("executors that are left out, and task types without one")
    func executors() async throws {
        try folder.write("bad/executor.json5", "{command: 'bad', task_type: 'misc', program: 'gone'}")
        let input = try SettingsInput(
            options: ["executors_dirs": folder.url.path], environment: [:], file: nil)
        let available = try AvailableExecutors(
            builtIn: [], settings: ExecutorSettings(input), stateDirectory: folder.path("state"))
        let found = await ExecutorsCheck(executors: available, taskTypes: nil).run()
        #expect(found.status == .warning)
        #expect(
            found.finding.contains("left out: \(folder.path("bad/executor.json5")): its program"), "\(found.finding)")
        let unknown = await ExecutorsCheck(executors: available, taskTypes: ["houdini"]).run()
        #expect(unknown.finding == "\"task_types\" contains \"houdini\", which no executor supports")
    }

    // MARK: Paths, users, limits

    @Test("allowed paths that are there, gone, or perhaps not mounted")
    func paths() async throws {
        #expect(await AllowedPathsCheck(paths: nil).run().status == .notApplicable)
        try folder.write("shots/a", "")
        #expect(
            await AllowedPathsCheck(paths: [folder.path("shots")]).run()
                == .ok("\(folder.path("shots")); paths in the arguments of programs are not covered"))
        let gone = await AllowedPathsCheck(paths: [folder.path("shots"), folder.path("gone")]).run()
        #expect(gone.finding == "\(folder.path("gone")): no such file or directory")
        #expect(gone.advice == "mount it, or remove it from \"allowed_paths\"")
        let closed = folder.path("shots")
        chmod(closed, 0o555)
        defer { chmod(closed, 0o755) }
        let found = await AllowedPathsCheck(paths: [closed]).run()
        // Root may write everywhere.
        #expect(
            found
                == (geteuid() == 0
                    ? .ok("\(closed); paths in the arguments of programs are not covered")
                    : .failed("\(closed): permission denied", "make it writable for the agent's user")))
    }

    @Test("allowed paths count as the user of programs may use them", .enabled(if: geteuid() == 0))
    func pathsOfUser() async throws {
        let user = try #require(ProgramUser(named: "nobody"))
        try folder.write("shots/a", "")
        chmod(folder.url.path, 0o755)
        let path = folder.path("shots")
        #expect(
            await AllowedPathsCheck(paths: [path], user: user).run()
                == .failed("\(path): permission denied", "make it writable for nobody"))
        chown(path, user.id, user.group)
        #expect(await AllowedPathsCheck(paths: [path], user: user).run().status == .ok)
        // The thread that looked is gone with the rights of that user.
        #expect(access("/root", R_OK) == 0)
    }

    @Test("an empty folder of the system's own disk in place of storage")
    func notMounted() async throws {
        let path = folder.path("empty")
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: false)
        var (root, here) = (stat(), stat())
        #expect(stat("/", &root) == 0 && stat(path, &here) == 0)
        let found = await AllowedPathsCheck(paths: [path]).run()
        #expect(found.status == (root.st_dev == here.st_dev ? .warning : .ok))
    }

    @Test("a user that there is not, and the one that the agent is")
    func user() async throws {
        #expect(await ProgramUserCheck(user: nil).run().status == .notApplicable)
        let unknown = await ProgramUserCheck(user: "nobody-of-that-name").run()
        #expect(unknown.finding == "\"run_as_user\": there is no user \"nobody-of-that-name\" on this machine")
        let own = try #require(getpwuid(geteuid()).map { String(cString: $0.pointee.pw_name) })
        #expect(
            await ProgramUserCheck(user: own).run()
                == .ok("\(own), id \(geteuid()), for programs, file operations, patterns and previews"))
    }

    private func controlGroup(
        _ choice: ControlGroupChoice, needsMemory: Bool = false, stateDirectory: String? = nil
    ) async -> DoctorFinding {
        await ControlGroupCheck(choice: choice, needsMemory: needsMemory, stateDirectory: stateDirectory).run()
    }

    @Test("cgroups that are none, or cannot limit memory")
    func controlGroups() async throws {
        #expect(await controlGroup(.off).status == .notApplicable)
        let group = folder.url.path
        let none = await controlGroup(.path(group))
        #expect(none.status == .failed && none.finding == "\(group) is not a cgroup")
        // What the kernel has there, as plain files.
        try folder.write("cgroup.procs", "")
        try folder.write("cgroup.subtree_control", "cpu pids\n")
        #expect(await controlGroup(.path(group)) == .ok("\(group), with cpu, pids"))
        let memory = await controlGroup(.path(group), needsMemory: true)
        #expect(memory.advice == "echo +memory > \(group)/cgroup.subtree_control")
        try folder.write("cgroup.procs", "17\n")
        let full = await controlGroup(.path(group), needsMemory: true)
        #expect(full.advice?.hasPrefix("move its processes to a group below it first") == true)
    }

    @Test("the cgroup of the agent that runs, and what is known before one does")
    func ownControlGroup() async throws {
        let before = await controlGroup(.automatic, stateDirectory: folder.url.path)
        #expect(before.status == .notApplicable)
        let needed = await controlGroup(.automatic, needsMemory: true, stateDirectory: folder.url.path)
        #expect(needed.status == .warning || needed.status == .failed)
        let board = StatusBoard(
            worker: "n", manager: "http://m", stateDirectory: folder.url.path, pid: 7, clock: ManualClock())
        let socket = try StatusSocket(in: folder.url.path) { (try? board.current.json()) ?? Data() }
        #expect(
            await controlGroup(.automatic, stateDirectory: folder.url.path)
                == .notApplicable("the running agent has none of its own: memory cannot be limited"))
        board.hasGroups(ProgramGroups(path: "/sys/fs/cgroup/x.service"))
        #expect(
            await controlGroup(.automatic, stateDirectory: folder.url.path)
                == .ok("/sys/fs/cgroup/x.service, of the running agent"))
        withExtendedLifetime(socket) {}
    }

    @Test("limits that are too low")
    func limits() async {
        #expect(
            await LimitsCheck(openFiles: 4096, processes: nil).run() == .ok("4096 open files, any number of processes"))
        #expect(await LimitsCheck(openFiles: 256, processes: 9999).run().advice?.contains("LimitNOFILE") == true)
        #expect(await LimitsCheck(openFiles: nil, processes: 100).run().advice?.contains("LimitNPROC") == true)
    }

    @Test("says that programs may look into the agent, where the settings let them")
    func debugging() async {
        #expect(
            await DebuggingCheck(isAllowed: true).run().advice == "remove the setting when the support case is closed")
        #expect(await DebuggingCheck(isAllowed: false).run().advice == nil)
    }
}
