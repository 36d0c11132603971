import Agent
import CommandLineOptions
import ExecutorKit
import FlamencoAPI
import Foundation
import HumanText
import ManagerClient

/// Writes the settings that an agent needs, looks whether all is right, and says how to start it.
struct SetupCommand: Subcommand {
    static let name = "setup"
    static let summary = "Writes the settings, asking for them on a terminal, runs the doctor, and says how to start"
    static let options = [
        CommandOption(
            "--manager-url", value: "URL",
            help: "the Flamenco Manager to work for; “auto” for the only one that answers on the network"),
        CommandOption("--name", value: "NAME", help: "the name that people see (else the name of the machine)"),
        CommandOption(
            "--render-user", value: "NAME",
            help: "the user whom programs run as from the next start on; “none” for the agent's"),
        CommandOption(
            "--auto",
            help: "asks nothing: what no option says stays as it is, and no manager yet means “auto”"),
        CommandOption("--settings", value: "FILE", help: "the settings file to write (else the usual one)"),
    ]

    /// The user whom the packaged service runs as.
    static let serviceUser = "flamenco-agent"

    private let path: String
    private let isNamed: Bool
    private let asks: Bool
    private let isAutomatic: Bool
    private let managerURL: String?
    private let workerName: String?
    /// Absent when who programs run as is to stay.
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
            // That is all there is to do, on an agent that may be at work.
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
                "“setup” needs the manager: say --manager-url, a URL such as http://manager.local:8080, or --auto for the only"
                    + " one that answers on the network")
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
        Console.line("check it: sudo flamenco-agent doctor --settings \(path)")
        Console.line("when no task runs: sudo systemctl daemon-reload && sudo systemctl restart \(name)")
    }

    // MARK: Asking

    private static func checked(_ text: String) throws -> String {
        do throws(ManagerURLError) {
            return try ManagerURL(text).description
        } catch {
            throw UsageError("--manager-url: \(error)")
        }
    }

    /// What “manager_url” is to be; nil when what is there is to stay, or nobody can be asked.
    private func chosenURL(_ known: String?, stateDirectory: String?) async throws -> String? {
        if let managerURL, managerURL != Settings.acceptedManager { return try Self.checked(managerURL) }
        let isToBeFound =
            managerURL != nil || isAutomatic && known == nil
            || !asks && known == Settings.acceptedManager
        if isToBeFound {
            let selection = try selection(stateDirectory)
            // One that was accepted stays; what else answers is for the doctor to say.
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

    /// The managers to choose from, after they were shown.
    private func offers(_ selection: ManagerSelection) async -> [DiscoveredManager] {
        Console.line("looking for managers on the network, for \(DurationText.text(ManagerFinder.usualTime))")
        do {
            let managers = try await selection.finder.find().managers
            ManagerSelection.lines(managers, accepted: nil, numbered: true).forEach { Console.line($0) }
            Console.line(managers.isEmpty ? "no manager answers" : "say the number of one to trust it, or another URL")
            return managers
        } catch {
            Console.line("\(error)")
            return []
        }
    }

    /// Asks until there is an answer that is a URL, or the number of a manager, which is to be accepted then; nil when what is
    /// there is to stay, or nobody answers.
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
            Console.line("that should be a URL such as http://manager.local:8080")
        }
    }

    private func askForName(_ known: String?) -> String? {
        guard asks else { return nil }
        Console.write("Name of this worker [\(known ?? ProcessInfo.processInfo.hostName)]: ")
        guard let line = readLine(), !line.isEmpty else { return nil }
        return line
    }

    // MARK: Writing and looking

    private func write(_ values: [(name: String, text: String)], over old: String?) throws {
        guard let old else {
            try SettingsFile.write(SettingsText.new(values), to: path)
            return Console.line("wrote \(path)")
        }
        var new = old
        for (name, text) in values { new = try SettingsText.changing(new, name, to: text, path: path) }
        if new == old { return Console.line("\(path) stays as it is") }
        try SettingsFile.replace(new, at: path)
        Console.line("changed \(path)")
    }

    /// Runs the doctor: for the service as its user, who sees what the agent sees.
    private func runDoctor() async throws -> Int32 {
        // An agent that may change users can do so in its unit alone: in its place root looks then.
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

    /// Nil when it cannot be run as that user.
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
