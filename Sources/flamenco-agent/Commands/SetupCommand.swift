import Agent
import CommandLineOptions
import ExecutorKit
import FlamencoAPI
import Foundation
import HumanText
import ManagerClient

/// Writes the settings that an agent needs, runs the doctor, and says how to start the agent.
struct SetupCommand: Subcommand {
    static let name = "setup"
    static let summary = "Writes the settings, runs the doctor, and says how to start"
    static let details = [
        "On a terminal it asks for what no option gives. An existing settings file is changed only where needed, and keeps its"
            + " comments. With `--render-user` alone it changes only the user of programs, together with the systemd unit."
    ]
    static let exitStatuses = [
        ExitStatus(ExitCode.success, "done"), ExitStatus(ExitCode.failure, "the doctor found something wrong"),
    ]
    static let examples = [
        CommandExample("setup --auto", "Use the only manager on the network, without questions"),
        CommandExample("setup --render-user flamenco-render", "Run programs as another user"),
    ]
    static let options = [
        CommandOption(
            "--manager-url", value: "URL",
            help: "URL of the Flamenco Manager; `auto` for the only one that answers on the network",
            synonyms: ["--manager", "--url"]),
        CommandOption(
            "--name", value: "NAME", help: "name of the worker in the manager", default: "the name of the machine",
            synonyms: ["--worker-name"]),
        CommandOption(
            "--render-user", value: OptionValue("USER", completion: .user),
            help: "user that programs run as from the next start; `none` for the user of the agent",
            synonyms: ["--run-as-user", "--user"]),
        CommandOption(
            "--auto",
            help: "asks nothing: keeps what is set, and uses the only manager on the network if none is set"),
        CommandOption(
            "--settings", value: "PATH", help: "settings file to write",
            default: "\(SettingsFile.usualPath) for root, else ~/.config/flamenco-agent/settings.json5"),
    ]

    /// The user of the packaged service.
    static let serviceUser = "flamenco-agent"

    private let path: String
    private let isNamed: Bool
    private let asks: Bool
    private let isAutomatic: Bool
    private let managerURL: String?
    private let workerName: String?
    /// Absent to keep the user of programs.
    private let renderUser: String?

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        isNamed = arguments.has("--settings")
        path =
            try arguments.value("--settings")
            ?? SettingsFile.pathToWrite(environment: ProcessInfo.processInfo.environment)
        managerURL = arguments.value("--manager-url")
        workerName = arguments.value("--name")
        renderUser = arguments.value("--render-user")
        isAutomatic = arguments.has("--auto")
        asks = !isAutomatic && isatty(STDIN_FILENO) == 1 && isatty(STDOUT_FILENO) == 1
    }

    func run() async throws -> Int32 {
        if let renderUser, renderUser != RenderUser.none { try RenderUserSetup.check(renderUser) }
        let userSetup = RenderUserSetup(settings: path)
        if let renderUser, managerURL == nil, workerName == nil {
            // Nothing else is changed, since the agent may be running.
            try change(userSetup, to: renderUser)
            sayNext(userSetup)
            return ExitCode.success
        }
        try await writeSettings()
        if let renderUser { try change(userSetup, to: renderUser) }
        let status = try await runDoctor()
        Console.line("")
        Console.line(Self.start(path, isNamed: isNamed, changesUnit: renderUser != nil && userSetup.unit != nil))
        return status
    }

    private func writeSettings() async throws {
        let old = FileManager.default.contents(atPath: path).map { String(decoding: $0, as: UTF8.self) }
        let known = try old == nil ? [:] : SettingsFile(path: path).values
        let knownURL = known["manager_url"]?.stringValue
        var values: [(name: String, text: String)] = []
        if let url = try await chosenURL(knownURL, stateDirectory: known["state_dir"]?.stringValue) {
            values.append(("manager_url", url))
        } else if knownURL == nil {
            throw UsageError(
                "\"setup\" needs a manager: use --manager-url with a URL such as http://manager.local:8080, or --auto for the"
                    + " only one that answers on the network")
        }
        if let name = workerName ?? askForName(known["worker_name"]?.stringValue) {
            if name.isEmpty { throw UsageError("--name should be a name, but is empty") }
            values.append(("worker_name", name))
        }
        try write(values, over: old)
    }

    // MARK: Another user for programs

    private func change(_ setup: RenderUserSetup, to user: String) throws {
        try setup.change(to: user == RenderUser.none ? nil : user).forEach { Console.line($0) }
    }

    private func sayNext(_ setup: RenderUserSetup) {
        guard let unit = setup.unit else { return }
        let name = unit.replacing(".service", with: "")
        Console.line("check it with: sudo flamenco-agent doctor --settings \(path)")
        Console.line("when no task is running: sudo systemctl daemon-reload && sudo systemctl restart \(name)")
    }

    // MARK: Asking

    private static func checked(_ text: String) throws -> String {
        do throws(ManagerURLError) {
            return try ManagerURL(text).description
        } catch {
            throw UsageError("--manager-url: \(error)")
        }
    }

    /// The new value of "manager_url"; nil to keep the old one, or when nobody can be asked.
    private func chosenURL(_ known: String?, stateDirectory: String?) async throws -> String? {
        if let managerURL, managerURL != Settings.acceptedManager { return try Self.checked(managerURL) }
        let isToBeFound =
            managerURL != nil || isAutomatic && known == nil
            || !asks && known == Settings.acceptedManager
        if isToBeFound {
            let selection = try selection(stateDirectory)
            // An accepted manager is kept; the doctor reports others that answer.
            if try await selection.accepted() == nil { try await selection.acceptOnlyOne() }
            return Settings.acceptedManager
        }
        guard asks else { return nil }
        guard known == nil || known == Settings.acceptedManager else { return Self.answer(known, offering: [])?.url }
        let selection = try selection(stateDirectory)
        let managers = try await selection.accepted() == nil ? offers(selection) : []
        guard let answer = Self.answer(known, offering: managers) else { return nil }
        if let manager = answer.manager { try await selection.accept(manager) }
        return answer.url
    }

    private func selection(_ stateDirectory: String?) throws -> ManagerSelection {
        let file = FileManager.default.fileExists(atPath: path) ? try SettingsFile(path: path) : nil
        let input = try SettingsInput(options: [:], environment: [:], file: file)
        let settings = try Settings(input, machineName: ProcessInfo.processInfo.hostName, needsManager: false)
        let environment = ProcessInfo.processInfo.environment
        let service = geteuid() == 0 ? StateDirectory.ofUnit(RenderUserSetup(settings: path).unit) : nil
        return ManagerSelection(
            stateDirectory: try StateDirectory.usualPath(
                setting: stateDirectory ?? service, environment: environment),
            finder: ManagerFinder(settings))
    }

    /// Lists the managers to choose from.
    private func offers(_ selection: ManagerSelection) async -> [DiscoveredManager] {
        Console.line("looking for managers on the network for \(DurationText.text(ManagerFinder.usualTime))")
        do {
            let managers = try await selection.finder.find().managers
            ManagerSelection.lines(managers, accepted: nil, numbered: true).forEach { Console.line($0) }
            Console.line(
                managers.isEmpty ? "no manager answered" : "enter the number of a manager to accept it, or another URL")
            return managers
        } catch {
            Console.line("\(error)")
            return []
        }
    }

    /// Asks until the answer is a URL, or the number of a manager to accept; nil to keep the old value, or when nobody answers.
    private static func answer(
        _ known: String?, offering managers: [DiscoveredManager]
    ) -> (url: String, manager: DiscoveredManager?)? {
        while true {
            Console.write("URL of the Flamenco Manager" + (known.map { " [\($0)]" } ?? "") + ": ")
            guard let line = readLine() else { return nil }
            if line.isEmpty, known != nil { return nil }
            if let number = Int(line), managers.indices.contains(number - 1) {
                return (Settings.acceptedManager, managers[number - 1])
            }
            if let url = try? ManagerURL(line).description { return (url, nil) }
            Console.line("please enter a URL such as http://manager.local:8080")
        }
    }

    private func askForName(_ known: String?) -> String? {
        guard asks else { return nil }
        Console.write("Name of this worker [\(known ?? ProcessInfo.processInfo.hostName)]: ")
        guard let line = readLine(), !line.isEmpty else { return nil }
        return line
    }

    // MARK: Writing and checking

    private func write(_ values: [(name: String, text: String)], over old: String?) throws {
        guard let old else {
            try SettingsFile.write(SettingsText.new(values), to: path)
            return Console.line("wrote \(path)")
        }
        var new = old
        for (name, text) in values { new = try SettingsText.changing(new, name, to: text, path: path) }
        if new == old { return Console.line("\(path) is unchanged") }
        try SettingsFile.replace(new, at: path)
        Console.line("changed \(path)")
    }

    /// Runs the doctor, for the service as its user, so that it sees what the agent sees.
    private func runDoctor() async throws -> Int32 {
        // An agent that changes users can do so only in its unit: root checks instead.
        let programsUser = try SettingsFile(path: path).values["run_as_user"]?.stringValue ?? RenderUser.none
        if geteuid() == 0, path == SettingsFile.usualPath, programsUser == RenderUser.none,
            let user = ProgramUser(named: Self.serviceUser),
            let status = try await runDoctor(as: user)
        {
            return status
        }
        let arguments = try ParsedArguments(["--settings", path], options: DoctorCommand.options)
        return try await DoctorCommand(arguments).run()
    }

    /// Returns nil when it cannot be run as that user.
    private func runDoctor(as user: ProgramUser) async throws -> Int32? {
        var programs = ProgramRunner(supervisor: try ProgramRunner.locateSupervisor())
        programs.defaults.user = user
        programs.defaults.workingDirectory = "/"
        programs.defaults.environment["STATE_DIRECTORY"] = StateDirectory.ofService
        let executable = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().path
        do {
            let result = try await programs.run(
                Program(executable, ["doctor", "--settings", path]), sink: .discarding
            ) { Console.line($0.text) }
            if case .exited(let status) = result.end { return status }
            return ExitCode.failure
        } catch is ProgramError {
            return nil
        }
    }

    private static func start(_ path: String, isNamed: Bool, changesUnit: Bool) -> String {
        let units = ["/lib/systemd/system", "/etc/systemd/system", "/usr/lib/systemd/system"]
        let hasService = units.contains { FileManager.default.fileExists(atPath: $0 + "/flamenco-agent.service") }
        if path == SettingsFile.usualPath, hasService, FileManager.default.fileExists(atPath: "/run/systemd/system") {
            return "start it with: " + (changesUnit ? "systemctl daemon-reload && " : "")
                + "systemctl enable flamenco-agent && systemctl restart flamenco-agent"
        }
        return "start it with: flamenco-agent run" + (isNamed ? " --settings \(path)" : "")
    }
}
