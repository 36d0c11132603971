// swift-tools-version: 6.0
import PackageDescription

// Targets stand in the order of the layers: each may import only what stands above it. Sources/README.md says what each
// is for.

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
]

let package = Package(
    name: "flamenco-agent",
    products: [
        .executable(name: "flamenco-agent", targets: ["flamenco-agent"]),
        .executable(name: "task-supervisor", targets: ["task-supervisor"]),
        .executable(name: "manager-lite", targets: ["manager-lite"]),
        .library(name: "ExecutorKit", targets: ["ExecutorKit"]),
    ],
    targets: [
        // MARK: C

        // libcurl, with typed wrappers for its variadic calls.
        .systemLibrary(
            name: "CCurl", pkgConfig: "libcurl",
            providers: [.apt(["libcurl4-openssl-dev"])]),
        // The few libc calls that Swift cannot import.
        .target(name: "CPlatform"),

        // MARK: The system

        // Calls into the system, each wrapped once: descriptors, files, sockets, processes, threads. No Foundation.
        .target(name: "System", dependencies: ["CPlatform"], swiftSettings: settings),

        // MARK: Words

        // Spans of time, amounts of bytes and near misses, as people write and read them; no Foundation, and no system.
        .target(name: "HumanText", swiftSettings: settings),
        // Reading a command line, for every command of the package.
        .target(name: "CommandLineOptions", dependencies: ["System", "HumanText"], swiftSettings: settings),

        // MARK: The wire

        // The contract (its README.md) as values: no I/O.
        .target(
            name: "FlamencoAPI", dependencies: ["System"], exclude: ["README.md"], swiftSettings: settings),
        // The agent's end of the wire, over libcurl.
        .target(
            name: "ManagerClient", dependencies: ["CCurl", "FlamencoAPI", "System", "HumanText"],
            swiftSettings: settings),
        // The manager's end of the wire: HTTP/1.1.
        .target(name: "HTTPServer", dependencies: ["System", "HumanText"], swiftSettings: settings),
        // Finding managers on the network (SSDP): the rules as values, who looks, and who answers. No Foundation.
        .target(name: "Discovery", dependencies: ["System"], swiftSettings: settings),

        // MARK: Running programs

        // What the agent and its task supervisor say to each other: no Foundation.
        .target(name: "SupervisorProtocol", dependencies: ["System"], swiftSettings: settings),
        // Work on files that jobs name, by the operator's rules, in whichever process does it: no Foundation.
        .target(
            name: "FileWork", dependencies: ["SupervisorProtocol", "System", "HumanText"], swiftSettings: settings),
        // Starting a program and ending its process tree: no Foundation.
        .target(
            name: "Supervision", dependencies: ["SupervisorProtocol", "FileWork", "System"], swiftSettings: settings),
        // The process between the agent and every program: no Foundation. What is shipped is built with
        // `--static-swift-stdlib`, since it starts for every program and stays in memory for as long as that runs; a flag here
        // would keep other packages from depending on this one.
        .executableTarget(name: "task-supervisor", dependencies: ["Supervision"], swiftSettings: settings),
        // All that the author of an executor sees, in this package or in another.
        .target(
            name: "ExecutorKit",
            dependencies: [
                "FlamencoAPI", "SupervisorProtocol", "FileWork", "Supervision", "CommandLineOptions", "System",
                "HumanText",
            ],
            swiftSettings: settings),
        // The executors that come with the agent, a folder each.
        .target(
            name: "Executors", dependencies: ["ExecutorKit", "System"], path: "executors",
            // Executors in other languages.
            exclude: ["README.md", "image-convert", "python-script"],
            // What renders in a Blender that stays open.
            resources: [.embedInCode("blender-render/driver.py"), .embedInCode("blender-render/rendering.py")],
            swiftSettings: settings),

        // MARK: The agent

        // What tasks say, on disk until the manager has it.
        .target(
            name: "Spool", dependencies: ["FileWork", "FlamencoAPI", "HumanText", "System"], swiftSettings: settings),
        // The worker: settings, enrolment, states, running tasks and delivery.
        .target(
            name: "Agent",
            dependencies: [
                "Spool", "ExecutorKit", "FileWork", "Discovery", "ManagerClient", "HTTPServer", "FlamencoAPI",
                "SupervisorProtocol", "CommandLineOptions", "System", "HumanText",
            ],
            // The part of the unit that lets an agent change users.
            resources: [.embedInCode("Tools/render-user.conf")], swiftSettings: settings),
        // The command line.
        .executableTarget(
            name: "flamenco-agent",
            dependencies: [
                "Agent", "Spool", "Executors", "ExecutorKit", "FileWork", "Discovery", "ManagerClient", "HTTPServer",
                "FlamencoAPI", "SupervisorProtocol", "CommandLineOptions", "System", "HumanText",
            ],
            swiftSettings: settings),

        // MARK: manager-lite

        // Job types: settings in, tasks out.
        .target(
            name: "JobTypes", dependencies: ["FlamencoAPI", "System", "HumanText"], path: "manager-lite/JobTypes",
            // What runs job types in JavaScript, in the program itself.
            resources: [.embedInCode("Scripts/host.js"), .embedInCode("Scripts/api.js")], swiftSettings: settings),
        // The state of a farm and every rule about it: no I/O, no clock.
        .target(
            name: "Farm", dependencies: ["JobTypes", "FlamencoAPI", "HumanText"], path: "manager-lite/Farm",
            swiftSettings: settings),
        // The page: HTML, CSS and JavaScript, embedded in the program.
        .target(
            name: "Dashboard", dependencies: ["HTTPServer", "FlamencoAPI"], path: "manager-lite/Dashboard",
            resources: [
                .embedInCode("dashboard.html"), .embedInCode("dashboard.css"), .embedInCode("dashboard.js"),
            ], swiftSettings: settings),
        // Routes: requests turned into calls on the farm.
        .target(
            name: "Service",
            dependencies: ["Dashboard", "Farm", "JobTypes", "HTTPServer", "FlamencoAPI", "HumanText", "System"],
            path: "manager-lite/Service", swiftSettings: settings),
        // Workers that only play, by the thousand: against a manager, or with a farm on a clock of its own.
        .target(
            name: "Swarm", dependencies: ["Service", "Farm", "HTTPServer", "FlamencoAPI", "System", "HumanText"],
            path: "manager-lite/Swarm", swiftSettings: settings),
        // The command line.
        .executableTarget(
            name: "manager-lite",
            dependencies: [
                "Swarm", "Service", "Farm", "JobTypes", "Discovery", "HTTPServer", "ManagerClient", "FlamencoAPI",
                "CommandLineOptions", "System", "HumanText",
            ],
            path: "manager-lite/manager-lite", swiftSettings: settings),

        // MARK: Tests

        .target(
            name: "TestSupport", dependencies: ["ExecutorKit", "FlamencoAPI", "System"], path: "Tests/TestSupport",
            swiftSettings: settings),
        // A manager-lite and agents in one process.
        .target(
            name: "FarmSupport",
            dependencies: [
                "Agent", "Executors", "ExecutorKit", "ManagerClient", "Service", "Farm", "FlamencoAPI", "HTTPServer",
                "TestSupport",
            ], path: "Tests/FarmSupport", swiftSettings: settings),
        // What stands between an agent and its manager, and plays faults.
        .target(
            name: "FaultProxy", dependencies: ["ExecutorKit", "System"], path: "Tests/FaultProxy",
            swiftSettings: settings),
        .testTarget(
            name: "SystemTests", dependencies: ["ExecutorKit", "System", "TestSupport"], swiftSettings: settings),
        .testTarget(name: "HumanTextTests", dependencies: ["HumanText"], swiftSettings: settings),
        .testTarget(
            name: "CommandLineOptionsTests", dependencies: ["CommandLineOptions", "System"], swiftSettings: settings),
        .testTarget(
            name: "FlamencoAPITests", dependencies: ["FlamencoAPI", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "ManagerClientTests",
            dependencies: ["ExecutorKit", "ManagerClient", "HTTPServer", "FlamencoAPI", "TestSupport"],
            swiftSettings: settings),
        .testTarget(
            name: "HTTPServerTests", dependencies: ["HTTPServer", "TestSupport", "System"],
            swiftSettings: settings),
        .testTarget(
            name: "DiscoveryTests", dependencies: ["Discovery", "System", "TestSupport"], swiftSettings: settings),
        // What running programs and delivering their output costs, as tables: `swift run -c release --static-swift-stdlib benchmarks`.
        .executableTarget(
            name: "benchmarks",
            dependencies: [
                "flamenco-agent", "manager-lite", "task-supervisor", "Agent", "Spool", "Executors", "ManagerClient",
                "FlamencoAPI", "ExecutorKit", "System", "TestSupport",
            ], path: "Tests/Benchmarks", swiftSettings: settings),
        // What tests of running programs kill, count and cannot do with a shell.
        .executableTarget(
            name: "stand-in-agent", dependencies: ["ExecutorKit", "System"], path: "Tests/StandInAgent",
            swiftSettings: settings),
        .testTarget(
            name: "SupervisorTests",
            dependencies: [
                "task-supervisor", "stand-in-agent", "Supervision", "SupervisorProtocol", "ExecutorKit", "System",
                "TestSupport",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "ExecutorKitTests",
            dependencies: ["ExecutorKit", "FileWork", "FlamencoAPI", "TestSupport", "task-supervisor", "System"],
            swiftSettings: settings),
        .testTarget(
            name: "ExecutorsTests",
            dependencies: ["Executors", "ExecutorKit", "FlamencoAPI", "TestSupport", "task-supervisor", "System"],
            resources: [.copy("Fixtures")], swiftSettings: settings),
        // A scripted task against a spool, in a process that dies at a given step.
        .executableTarget(
            name: "SpoolProbe", dependencies: ["Agent", "Spool", "ManagerClient", "FlamencoAPI"],
            path: "Tests/SpoolProbe", swiftSettings: settings),
        // A manager in memory, and faults of a disk.
        .target(
            name: "SpoolSupport", dependencies: ["Agent", "Spool", "ManagerClient", "FlamencoAPI"],
            path: "Tests/SpoolSupport", swiftSettings: settings),
        .testTarget(
            name: "SpoolTests",
            dependencies: [
                "SpoolProbe", "SpoolSupport", "Spool", "Agent", "ExecutorKit", "FileWork", "FlamencoAPI", "TestSupport",
                "System",
            ],
            swiftSettings: settings),
        .testTarget(
            name: "AgentTests",
            dependencies: [
                "SpoolSupport", "Agent", "Spool", "FileWork", "SupervisorProtocol", "FarmSupport", "Executors",
                "ExecutorKit", "Discovery",
                "ManagerClient", "FlamencoAPI", "Service", "Farm", "JobTypes", "HTTPServer", "TestSupport",
                "task-supervisor", "System",
            ], exclude: ["Transcripts/Recorded"], swiftSettings: settings),
        .testTarget(
            name: "JobTypesTests", dependencies: ["JobTypes", "FlamencoAPI", "TestSupport"], swiftSettings: settings),
        .testTarget(
            name: "FarmTests", dependencies: ["Farm", "JobTypes", "FlamencoAPI"], swiftSettings: settings),
        .testTarget(
            name: "SwarmTests", dependencies: ["Swarm", "Service", "Farm", "FlamencoAPI"], swiftSettings: settings),
        .testTarget(
            name: "ServiceTests",
            dependencies: [
                "Service", "Dashboard", "Farm", "JobTypes", "HTTPServer", "ManagerClient", "FlamencoAPI", "TestSupport",
            ],
            exclude: ["Flamenco/Observed"], swiftSettings: settings),
        .testTarget(
            name: "ManagerLiteTests", dependencies: ["manager-lite", "FlamencoAPI"], swiftSettings: settings),
        .testTarget(
            name: "EndToEndTests",
            dependencies: [
                "flamenco-agent", "manager-lite", "task-supervisor", "Agent", "CommandLineOptions", "ExecutorKit",
                "ManagerClient", "Farm", "FlamencoAPI", "System", "TestSupport",
            ], exclude: ["JobTypes"],
            swiftSettings: settings),
        .testTarget(
            name: "FaultTests",
            dependencies: [
                "FaultProxy", "FarmSupport", "Agent", "ManagerClient", "FlamencoAPI", "TestSupport", "task-supervisor",
            ], swiftSettings: settings),
        // Agents under faults and kills for as long as one likes, and whether anything got lost: `Tests/run.sh --soak`.
        .executableTarget(
            name: "soak",
            dependencies: [
                "flamenco-agent", "manager-lite", "task-supervisor", "CommandLineOptions", "ManagerClient",
                "Service", "FlamencoAPI", "TestSupport", "HumanText",
            ], path: "Tests/Soak", swiftSettings: settings),
    ]
)

// The thread sanitizer does not see what Swift's own Mutex does. Where it is asked for, by `Tests/run.sh --sanitize thread`, a
// module over pthread stands in for Synchronization wherever that is imported.
if Context.environment["FLAMENCO_SANITIZE"] == "thread" {
    for target in package.targets {
        guard let own = target.swiftSettings else { continue }
        target.swiftSettings = own + [.unsafeFlags(["-module-alias", "Synchronization=PthreadSynchronization"])]
        target.dependencies.append("PthreadSynchronization")
    }
    package.targets += [
        .systemLibrary(name: "CRelaxedAtomics", path: "Tests/CRelaxedAtomics"),
        .target(
            name: "PthreadSynchronization", dependencies: ["CRelaxedAtomics"], path: "Tests/PthreadSynchronization",
            swiftSettings: settings),
    ]
}

// The programs of packages are linked without ICU's data, which has this name in Swift's static libraries: see
// systemd/layout.sh. With shared libraries the target must not be there, since it would take the place of their data.
if let symbol = Context.environment["FLAMENCO_ICU_DATA"] {
    for target in package.targets where target.type == .executable { target.dependencies.append("ICUData") }
    package.targets.append(.target(name: "ICUData", cSettings: [.define("ICU_DATA", to: symbol)]))
}
