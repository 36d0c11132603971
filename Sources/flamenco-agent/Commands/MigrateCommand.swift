import Agent
import CommandLineOptions
import Foundation

/// Converts the settings and credentials of a Flamenco Worker, so that the machine stays the same worker to its manager.
struct MigrateCommand: Subcommand {
    static let name = "migrate"
    static let summary = "Converts the settings and credentials of a Flamenco Worker"
    static let details = [
        "It reads flamenco-worker.yaml and flamenco-worker-credentials.yaml, and leaves them as they are. Existing files are never"
            + " overwritten."
    ]
    static let examples = [
        CommandExample("migrate --dry-run", "Show what would be written"),
        CommandExample("migrate --from /opt/flamenco", "Convert the files in a folder"),
    ]
    static let options =
        [
            CommandOption(
                "--from", value: "DIR",
                help: "folder of its files", default: "working directory, $FLAMENCO_HOME, ~/.local/share/flamenco"),
            CommandOption("--dry-run", help: "only shows what would be written", synonyms: ["-n"]),
            CommandOption(
                "--settings", value: "PATH", help: "settings file to write",
                default: "\(SettingsFile.usualPath) for root, else ~/.config/flamenco-agent/settings.json5"),
        ] + SettingsOptions.stateOnly.filter { $0.name != "--settings" }

    private let folders: [String]
    private let isDryRun: Bool
    private let settingsPath: String
    private let namedState: String?
    private let statePath: String
    private let environment = ProcessInfo.processInfo.environment

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        folders = arguments.value("--from").map { [$0] } ?? FlamencoWorkerFiles.usualFolders(environment: environment)
        isDryRun = arguments.has("--dry-run")
        settingsPath = try arguments.value("--settings") ?? SettingsFile.pathToWrite(environment: environment)
        namedState = arguments.value("--state-dir")
        statePath = try StateDirectory.usualPath(setting: namedState, environment: environment)
    }

    func run() throws -> Int32 {
        let files = try FlamencoWorkerFiles(in: folders)
        let migration = try FlamencoWorkerMigration(
            worker: files.configuration, credentials: files.credentials,
            workerName: environment["FLAMENCO_WORKER_NAME"], stateDirectory: namedState)
        files.paths.forEach { Console.line("read \($0)") }
        migration.notes.forEach { Console.line($0) }
        let credentials = CredentialsFile(stateDirectory: statePath)
        // Both are checked before either is written: half a migration would be worse than none.
        if FileManager.default.fileExists(atPath: settingsPath) {
            throw SettingsError("\(settingsPath) already exists: move it away, or name another file with --settings")
        }
        if migration.credentials != nil, FileManager.default.fileExists(atPath: credentials.path) {
            throw SettingsError(
                "\(credentials.path) already exists, so this machine is already a worker: "
                    + "move the file away, or name another folder with --state-dir")
        }
        if isDryRun {
            Console.line("would write \(settingsPath):")
            migration.settings.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
                .forEach { Console.lines(String($0)) }
            if migration.credentials != nil { Console.line("would write \(credentials.path)") }
            return ExitCode.success
        }
        if let worker = migration.credentials {
            let state = try StateDirectory(path: statePath)
            try credentials.store(worker)
            withExtendedLifetime(state) {}
            Console.line("wrote \(credentials.path)")
        }
        try SettingsFile.write(migration.settings, to: settingsPath)
        Console.line("wrote \(settingsPath)")
        Console.line("check it with: flamenco-agent check-config --settings \(settingsPath)")
        Console.line("stop Flamenco Worker before you start this agent: both are the same worker to the manager")
        return ExitCode.success
    }
}
