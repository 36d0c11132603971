package import ExecutorKit
import FileWork
import FoundationEssentials
package import SupervisorProtocol
import System

/// Whether the files of programs are restricted.
package enum SandboxRule: String, CaseIterable, Sendable {
    /// They may use everything that their user may.
    case off
    /// They may use what the settings and ``SandboxPlaces`` grant.
    case paths
}

/// Creates the sandbox of programs from the settings and from what every program needs.
struct SandboxPlan {
    let settings: Settings
    /// The other defaults of programs.
    let programs: ProgramDefaults
    /// The agent's state directory; nil if it does not exist yet.
    let stateDirectory: String?
    /// The path of `task-supervisor`.
    let supervisor: String

    /// Returns the sandbox; nil if it is off. Reads the state folder and homes, and creates nothing.
    ///
    /// - Throws: ``SettingsError`` if the kernel cannot enforce it, or it would give programs access to data of the
    ///   agent.
    func sandbox(_ landlock: LandlockSupport = .ofKernel) throws(SettingsError) -> Sandbox? {
        guard settings.sandbox == .paths else { return nil }
        let hasOtherUser = programs.user != nil
        try landlock.require(hasOtherUser: hasOtherUser, limitsTCP: settings.sandboxTCPPorts != nil)
        let least =
            settings.sandboxTCPPorts != nil
            ? LandlockSupport.holdsTCP : hasOtherUser ? 1 : LandlockSupport.holdsTruncation
        let sandbox = Sandbox(
            grants: SandboxPlaces.grants + ownGrants + settings.sandboxGrants.map(\.grant), hidden: hidden,
            tcpPorts: settings.sandboxTCPPorts, leastVersion: least)
        for grant in sandbox.grants where grant.isExact {
            let open: String? =
                switch sandbox.relation(of: Array(grant.path.utf8)) {
                case .apart: nil
                case .above(let place): place
                case .inside(let place): place == grant.path ? place : nil
                }
            guard let open else { continue }
            throw SettingsError(
                "\"sandbox\" lets programs use \(grant.path), and \(open) contains state or settings of the agent: move that "
                    + "elsewhere, or run programs as a user with another home")
        }
        return sandbox
    }

    /// Paths without links of the state and settings of agents, of this one and of others on this machine.
    private var hidden: [String] {
        let named = programs.environment["XDG_CONFIG_HOME"].flatMap { $0.hasPrefix("/") ? $0 : nil }
        let configuration = named ?? programs.environment["HOME"].map { $0 + "/.config" }
        let places = [
            stateDirectory, settings.path, FilePath.parent(of: SettingsFile.usualPath), StateDirectory.ofService,
            configuration.map { $0 + "/flamenco-agent" },
        ]
        return places.compactMap(\.self).map {
            $0.hasPrefix("/") ? $0 : FileManager.default.currentDirectoryPath + "/" + $0
        }
        .map(Self.resolved).reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
    }

    /// What belongs to the agent or its user.
    private var ownGrants: [Sandbox.Grant] {
        let usualFolders = [
            AvailableExecutors.installedFolder, AvailableExecutors.usualFolder,
            stateDirectory.map { $0 + "/executors" },
        ].compactMap(\.self)
        var read = [supervisor] + (settings.executors.folders ?? usualFolders)
        var write = [programs.workingDirectory]
        if let user = programs.user {
            // A home that is created later has not been checked.
            if FileManager.default.fileExists(atPath: user.home) { write.append(user.home) }
        } else {
            let home = SandboxPlaces.home(programs.ownVariables)
            read += home.read
            write += home.write
        }
        func grants(_ paths: [String], _ access: Sandbox.Access) -> [Sandbox.Grant] {
            paths.map(Self.resolved).filter { $0 != "/" }.map { .init($0, access, isExact: true) }
        }
        return grants(read, .read) + grants(write, .write)
    }

    private static func resolved(_ path: String) -> String { (try? PhysicalPath.of(path)) ?? path }
}

extension ProgramDefaults {
    /// The environment of programs that run as the agent's user.
    fileprivate var ownVariables: [String: String] { environment.merging(operatorVariables) { $1 } }
}

extension Settings {
    /// How long checking the paths of the sandbox may delay the start.
    private static let patience = Duration.seconds(10)

    /// Creates folders that programs may use in the sandbox and could not create, and checks that none gives access to
    /// data of the agent.
    ///
    /// If a disk does not respond, nothing is checked here; the supervisor checks again before each program.
    ///
    /// - Throws: ``SettingsError`` with the path and what it would give access to; `CancellationError`.
    package func prepareSandbox(of programs: ProgramRunner) async throws {
        let defaults = programs.defaults
        guard let sandbox = defaults.sandbox else { return }
        do {
            try await BlockingWork.run("look at the places of the sandbox", limit: Self.patience) { _ in
                // The home of another user is accessible as it is.
                for folder in defaults.user == nil ? SandboxPlaces.home(defaults.ownVariables).write : [] {
                    try? FileManager.default.createDirectory(
                        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                }
                try checkPlaces(of: sandbox)
            }
        } catch is CommandError {}
    }

    /// Returns why a sandbox does not restrict programs that run with these defaults; nil if it does, or there is none.
    package static func weakness(ofSandboxFor programs: ProgramDefaults) -> String? {
        guard programs.sandbox != nil, geteuid() == 0, programs.user == nil else { return nil }
        return
            "\"sandbox\" does not restrict programs that run as root, who can change the kernel: set \"run_as_user\" to another user"
    }

    /// What the operator grants in the sandbox, with the name of the setting.
    fileprivate var sandboxGrants: [(setting: String, grant: Sandbox.Grant)] {
        func grants(
            _ paths: [String]?, _ setting: String, _ access: Sandbox.Access
        ) -> [(setting: String, grant: Sandbox.Grant)] {
            (paths ?? []).map { (setting, .init($0, access)) }
        }
        return grants(executors.allowedExecutables, "allowed_executables", .read)
            + grants(executors.allowedPaths, "allowed_paths", .write)
            + grants(self.sandboxRead, "sandbox_read", .read) + grants(self.sandboxWrite, "sandbox_write", .write)
    }

    /// Checks that no path in the settings gives access to data of the agent. Blocks, on a dead network mount forever;
    /// the supervisor checks again before each program.
    ///
    /// - Throws: ``SettingsError`` with both paths.
    package func checkPlaces(of sandbox: Sandbox) throws(SettingsError) {
        for (setting, grant) in sandboxGrants + [("sandbox", .init(SandboxPlaces.write[0], .write))] {
            guard let place = try? PhysicalPath.of(grant.path) else { continue }
            let what = place == grant.path ? place : "\(grant.path), which is \(place)"
            if place == "/" {
                throw SettingsError(
                    "\"\(setting)\" contains \(what), but \"sandbox\" never grants everything: list folders below it"
                )
            }
            switch sandbox.relation(of: Array(place.utf8)) {
            case .apart: break
            case .above where grant.access == .read: break
            case .above(let hidden):
                throw SettingsError(
                    "\"\(setting)\" contains \(what), and \(hidden) below it contains state or settings of the agent, which programs "
                        + "in the sandbox could change: list the folders beside it")
            case .inside(let hidden):
                throw SettingsError(
                    "\"\(setting)\" contains \(what), and \(hidden) contains state or settings of the agent, which programs in the "
                        + "sandbox must not see")
            }
        }
    }
}
