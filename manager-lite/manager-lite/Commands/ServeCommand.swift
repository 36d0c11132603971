import CommandLineOptions
import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import JobTypes
import Service
import System

/// Serves a farm until it is stopped.
struct ServeCommand: Subcommand {
    static let name = "serve"
    static let summary = "Serves a farm until SIGTERM or SIGINT, and prints its events"
    static let options = [
        CommandOption(
            "--listen", value: "HOST:PORT",
            help: "address to listen on, port 0 picks a free port", default: "127.0.0.1:8080"),
        CommandOption("--discoverable", help: "lets workers find this manager on the network (SSDP)"),
        CommandOption(
            "--api", value: .choice(["2022", "v3"]), help: "the only API to serve, 2022 or v3", default: "both"),
        CommandOption(
            "--variable", value: OptionValue(VariableOption.usage),
            help: "value of {NAME} in commands; PLATFORM is linux, darwin or windows", isRepeatable: true),
        CommandOption(
            "--two-way", value: "NAME@PLATFORM=DIR",
            help:
                "path of a folder on each platform; paths in it become {NAME} in jobs and are expanded for workers",
            isRepeatable: true),
        CommandOption(
            "--storage", value: "DIR", help: "the folder shared by users and workers", default: "the working directory"),
        CommandOption(
            "--job-types", value: "DIR", help: "folder with job types in JavaScript (*.js); requires Node.js"),
        CommandOption(
            "--worker-timeout", value: "DURATION", help: "time without contact after which a worker is lost",
            default: "1m"),
        CommandOption(
            "--task-timeout", value: "DURATION", help: "time without updates after which a task is stuck",
            default: "10m"),
        CommandOption(
            "--max-connections", value: "NUMBER",
            help: "maximum number of connections", default: "what the limit of descriptors allows, at most 50000"),
        CommandOption("--max-tasks", value: "NUMBER", help: "maximum number of tasks of a job", default: "200000"),
        CommandOption(
            "--chaos", value: "FAULTS",
            help: "faults to inject, for example 500:5%,hang:1%,drop-reply:2%,latency:50-300ms"),
        CommandOption(
            "--allowed-host", value: "NAME",
            help: "additional host name for the page, besides addresses and the machine's name",
            isRepeatable: true),
        CommandOption("--seed", value: "NUMBER", help: "seed for the faults and all IDs"),
        CommandOption("--state", value: "FILE", help: "file that keeps the farm across restarts", default: "none"),
        CommandOption(
            "--report-version", value: "VERSION",
            help: "the version of Flamenco to report to clients", default: "\(Service.flamencoVersion)"),
        CommandOption("--strict", help: "rejects jobs for which this manager only prints a warning"),
        CommandOption("--quiet", help: "does not print events"),
    ]

    private let address: ListenAddress
    /// Lets workers discover the manager; nil if disabled.
    private let discoverability: Discoverability?
    private let variables: Variables
    private let storage: String
    private let jobTypesFolder: String?
    private var rules = FarmRules()
    private var limits = Service.limits
    private let chaos: ChaosPlan
    private let hosts: KnownHosts
    private let seed: UInt64?
    private let stateFile: StateFile?
    private let reportedVersion: String
    private let isQuiet: Bool
    private let dialects: [APIDialect]

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        address = try Self.address(arguments.value("--listen") ?? "127.0.0.1:8080")
        discoverability = arguments.has("--discoverable") ? try Discoverability(listeningOn: address) : nil
        dialects = try Self.dialects(arguments.value("--api"))
        variables = try Variables(arguments)
        storage = URL(filePath: arguments.value("--storage") ?? ".").standardizedFileURL.path
        jobTypesFolder = arguments.value("--job-types")
        let (workerTimeout, taskTimeout) = (
            try WorkloadOptions.time("--worker-timeout", arguments),
            try WorkloadOptions.time("--task-timeout", arguments)
        )
        if let workerTimeout { rules.workerTimeout = workerTimeout / .seconds(1) }
        if let taskTimeout { rules.taskTimeout = taskTimeout / .seconds(1) }
        do throws(ChaosError) {
            chaos = try ChaosPlan(arguments.value("--chaos") ?? "")
        } catch {
            throw UsageError("--chaos: \(error)")
        }
        hosts = try Self.hosts(arguments)
        seed = try WorkloadOptions.seed(arguments)
        if let count = try WorkloadOptions.count("--max-tasks", arguments) { rules.tasksPerJob = count }
        limits.connections = try Self.connections(arguments)
        stateFile = arguments.value("--state").map { StateFile(path: $0) }
        reportedVersion = arguments.value("--report-version") ?? Service.flamencoVersion
        rules.isStrict = arguments.has("--strict")
        isQuiet = arguments.has("--quiet")
    }

    /// Prints the events of the farm, which continues if nobody reads them.
    private let output = LineWriter(.standardOutput)

    func run() async throws -> Int32 {
        let jobTypes = try await openJobTypes()
        let farm = try stateFile?.load() ?? Farm(rules: rules, variables: variables)
        let service = Service(
            farm: farm, dialects: dialects, storage: storage, jobTypes: jobTypes, reportedVersion: reportedVersion,
            generator: seed.map { SeededGenerator(seed: $0) as any RandomNumberGenerator & Sendable }
                ?? SystemRandomNumberGenerator(), chaos: Chaos(plan: chaos, seed: seed ?? Chaos.randomSeed),
            hosts: hosts)
        try await stateFile?.begin(with: service, rules: rules, variables: variables)
        let tally = RequestTally()
        let isDiscoverable = discoverability != nil
        let server = try HTTPServer.start(host: address.host, port: address.port, limits: limits) { request in
            tally.count(request)
            if isDiscoverable, let description = Discoverability.answer(request) { return description }
            return await service.serve(request)
        }
        let (stop, stopper) = AsyncStream<Void>.makeStream()
        let signals = TerminationSignals { _ in stopper.finish() }
        tell("manager-lite listens on \(server.url)")
        let discovery = try discoverability?.start(port: server.port) { tell($0) }
        let housekeeping = Task { await keepHouse(service) }
        for await _ in stop {}
        discovery?.cancel()
        await discovery?.value
        housekeeping.cancel()
        await housekeeping.value
        jobTypes?.stop()
        await server.stop(within: .seconds(2))
        try await stateFile?.end(with: service)
        withExtendedLifetime(signals) {}
        if !isQuiet { tally.lines.forEach(tell) }
        await output.flush(within: .seconds(1))
        return ExitCode.success
    }

    /// Opens the job types in the folder, and reads them once, so that problems are reported at the start.
    private func openJobTypes() async throws -> JobTypeFolder? {
        guard let jobTypesFolder else { return nil }
        let (output, isQuiet) = (output, isQuiet)
        let folder = try JobTypeFolder(
            path: jobTypesFolder, node: Node(environment: ProcessInfo.processInfo.environment)
        ) { line in
            if !isQuiet { output.write(VisibleText.line("\(Self.time(Date())) \(line)") + "\n") }
        }
        let names = await folder.all().compactMap { try? $0.get().name }
        tell(
            names.isEmpty
                ? "there are no job types in \(jobTypesFolder)"
                : "job types in \(jobTypesFolder): \(names.joined(separator: ", "))")
        return folder
    }

    private func tell(_ line: String) { output.write(VisibleText.line(line) + "\n") }

    /// Once a second: applies timeouts, and prints new events.
    private func keepHouse(_ service: Service) async {
        var (_, next) = service.events(from: .max)
        var storageProblem: String?
        while !Task.isCancelled {
            try? await Task.sleep(for: .seconds(1))
            service.sweep()
            let events: [FarmEvent]
            (events, next) = service.events(from: next)
            if !isQuiet { events.forEach { tell("\(Self.time($0.time)) \($0.sentence)") } }
            let problem: String?
            do {
                try await stateFile?.keep(service)
                problem = nil
            } catch {
                problem = "\(error)"
            }
            if problem != storageProblem {
                let words = problem.map { $0 + "; retrying every second" } ?? "the state file is writable again"
                LineWriter.standardError.write(VisibleText.line("manager-lite: \(words)") + "\n")
                storageProblem = problem
            }
        }
    }

    private static func time(_ date: Date) -> String { String(date.localText.suffix(8)) }

    private static func address(_ text: String) throws -> ListenAddress {
        guard let address = ListenAddress(text) else {
            throw UsageError("--listen should be HOST:PORT such as 127.0.0.1:8080, but is \"\(text)\"")
        }
        return address
    }

    private static func dialects(_ name: String?) throws -> [APIDialect] {
        guard let name else { return APIDialect.allCases }
        guard let dialect = APIDialect(rawValue: name) else {
            throw UsageError("--api should be 2022 or v3, but is \"\(name)\"")
        }
        return [dialect]
    }

    private static func hosts(_ arguments: ParsedArguments) throws -> KnownHosts {
        let names = arguments.all("--allowed-host")
        for name in names {
            guard let host = HTTPHost(name), host.port == nil, host.name == name.lowercased() else {
                throw UsageError("--allowed-host should be a name without a port, but is \"\(name)\"")
            }
        }
        return KnownHosts(allowed: names)
    }

    /// Returns the maximum number of connections.
    private static func connections(_ arguments: ParsedArguments) throws -> Int {
        let beside = ResourceLimit.filesBesideConnections
        let possible = ResourceLimit.raiseOpenFiles() - beside
        guard let wanted = try WorkloadOptions.count("--max-connections", arguments) else {
            return max(1, min(possible, usualConnections))
        }
        guard wanted <= possible else {
            throw UsageError(
                "--max-connections \(wanted) needs \(wanted + beside) file descriptors, but this process is limited to "
                    + "\(possible + beside); raise the limit (ulimit -n, LimitNOFILE)")
        }
        return wanted
    }

    private static let usualConnections = 50_000
}
