package import ExecutorKit
import FileWork
import FoundationEssentials
package import SupervisorProtocol
import System

/// Whether programs are kept to some files.
package enum SandboxRule: String, CaseIterable, Sendable {
    /// They may use what their user may.
    case off
    /// They may use what the settings and ``SandboxPlaces`` have.
    case paths
}

/// The sandbox of programs, made of the settings and of what every program needs.
struct SandboxPlan {
    let settings: Settings
    /// How programs run otherwise.
    let programs: ProgramDefaults
    /// Where the agent keeps its state; absent where that is not there yet.
    let stateDirectory: String?
    /// The path of `task-supervisor`.
    let supervisor: String

    /// The sandbox; nil where it is off. Looks at the state folder and at homes, and makes nothing.
    ///
    /// - Throws: ``SettingsError`` where the kernel cannot hold it, or something of the agent's would be open to programs.
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
                "“sandbox” lets programs use \(grant.path), and \(open) has state or settings of the agent: put that "
                    + "elsewhere, or let programs run as a user with another home")
        }
        return sandbox
    }

    /// Places without links where state and settings of agents are, of this one and of others on this machine.
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

    /// What is the agent's own, or its user's.
    private var ownGrants: [Sandbox.Grant] {
        let usualFolders = [
            AvailableExecutors.installedFolder, AvailableExecutors.usualFolder,
            stateDirectory.map { $0 + "/executors" },
        ].compactMap(\.self)
        var read = [supervisor] + (settings.executors.folders ?? usualFolders)
        var write = [programs.workingDirectory]
        if let user = programs.user {
            // What comes to be there later, nobody has looked at.
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
    /// How long looking at the places of the sandbox may hold up the start.
    private static let patience = Duration.seconds(10)

    /// Makes what programs may use in the sandbox and could not make, and checks that nothing of the agent's is open to them.
    ///
    /// Where a disk does not answer, nothing is checked here; the supervisor looks again before each program.
    ///
    /// - Throws: ``SettingsError`` that names the place and what it would open; `CancellationError`.
    package func prepareSandbox(of programs: ProgramRunner) async throws {
        let defaults = programs.defaults
        guard let sandbox = defaults.sandbox else { return }
        do {
            try await BlockingWork.run("look at the places of the sandbox", limit: Self.patience) { _ in
                // The home of another user is open as it is.
                for folder in defaults.user == nil ? SandboxPlaces.home(defaults.ownVariables).write : [] {
                    try? FileManager.default.createDirectory(
                        atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
                }
                try checkPlaces(of: sandbox)
            }
        } catch is CommandError {}
    }

    /// Why a sandbox does not hold programs that run so; absent when it does, or there is none.
    package static func weakness(ofSandboxFor programs: ProgramDefaults) -> String? {
        guard programs.sandbox != nil, geteuid() == 0, programs.user == nil else { return nil }
        return "“sandbox” does not hold programs of root, who can change the kernel: set “run_as_user” to another user"
    }

    /// What the operator lets programs use in the sandbox, with the setting that does.
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

    /// Checks that what the operator names opens nothing of the agent's. Blocks, on a dead network mount for ever; the
    /// supervisor looks again before each program.
    ///
    /// - Throws: ``SettingsError`` that names both.
    package func checkPlaces(of sandbox: Sandbox) throws(SettingsError) {
        for (setting, grant) in sandboxGrants + [("sandbox", .init(SandboxPlaces.write[0], .write))] {
            guard let place = try? PhysicalPath.of(grant.path) else { continue }
            let what = place == grant.path ? place : "\(grant.path), which is \(place)"
            if place == "/" {
                throw SettingsError(
                    "“\(setting)” has \(what), and “sandbox” never lets programs use all there is: name folders below it"
                )
            }
            switch sandbox.relation(of: Array(place.utf8)) {
            case .apart: break
            case .above where grant.access == .read: break
            case .above(let hidden):
                throw SettingsError(
                    "“\(setting)” has \(what), and \(hidden) below it has state or settings of the agent, which programs "
                        + "in the sandbox could change: name the folders beside it")
            case .inside(let hidden):
                throw SettingsError(
                    "“\(setting)” has \(what), and \(hidden) has state or settings of the agent, which programs in the "
                        + "sandbox must not see")
            }
        }
    }
}
