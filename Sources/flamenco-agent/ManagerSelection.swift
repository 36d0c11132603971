import Agent
import CommandLineOptions
import ExecutorKit
import FileWork
import Foundation
import HumanText
import ManagerClient
import System

/// Finds managers on the local networks, and accepts one for an agent whose "manager_url" is "auto".
struct ManagerSelection {
    /// The state directory of the agent.
    let stateDirectory: String
    let finder: ManagerFinder

    private var file: AcceptedManagerFile { AcceptedManagerFile(stateDirectory: stateDirectory) }

    /// The manager that was accepted before.
    ///
    /// - Throws: ``AcceptedManagerError``.
    func accepted() async throws -> AcceptedManager? {
        try await BlockingWork.run { [file] _ in try file.load() }
    }

    /// Accepts the only manager that answers.
    ///
    /// - Throws: ``CommandError`` when there is none, or when a person has to choose.
    func acceptOnlyOne(within time: Duration = ManagerFinder.usualTime) async throws {
        let found = try await finder.find(within: time)
        found.problems.forEach { Console.note("flamenco-agent: \($0)") }
        try await acceptOnlyOne(of: found.managers)
    }

    /// Accepts the only one of these.
    ///
    /// - Throws: ``CommandError`` when there is none, or when a person has to choose.
    func acceptOnlyOne(of managers: [DiscoveredManager]) async throws {
        let only = try ManagerChoice.only(of: managers, accepted: try await accepted()) { url in
            AcceptedManagerFile.trustCommand(url, stateDirectory: stateDirectory)
        }
        Console.line("found \(only.description), the only manager that answers")
        try await accept(only)
    }

    /// Accepts a manager from the next start of the agent on, and prints that.
    ///
    /// - Throws: ``AcceptedManagerError``, ``CommandError`` when it is not a manager.
    func accept(_ manager: DiscoveredManager) async throws {
        guard manager.isManager, let name = manager.name, let version = manager.version else {
            throw CommandError("\(manager.url) \(manager.problem ?? "does not report name and version")")
        }
        let before = try await accepted()
        if before == nil || before?.url != manager.url || before?.name != name {
            try await store(AcceptedManager(url: manager.url, name: name, version: version))
        }
        let place = before.flatMap { $0.url == manager.url ? nil : " instead of \($0.url)" } ?? ""
        Console.line("accepted \(manager.description)\(place); stored in \(file.path)")
        if let process = StateDirectory.holder(of: stateDirectory) {
            Console.line("the running agent, process \(process), uses it after a restart")
        }
    }

    private func store(_ manager: AcceptedManager) async throws {
        let (file, folder) = (file, stateDirectory)
        try await BlockingWork.run { _ in try Self.makeFolder(folder) }
        try await FolderOwner.acting(asOwnerOf: folder) { try file.store(manager) }
    }

    /// Makes the state directory of an agent that has not run yet; that of the service belongs to the service's user.
    private static func makeFolder(_ path: String) throws {
        if FileSystem.exists(path) { return }
        do {
            try FilePolicy().makeFolders(FilePath.parent(of: path))
            try FileSystem.makeFolder(path, permissions: 0o700)
            let isService = path == StateDirectory.ofService || path.hasPrefix(StateDirectory.ofService + "/")
            if geteuid() == 0, isService, let user = ProgramUser(named: SetupCommand.serviceUser) {
                try Descriptor(opening: path, [.read, .folder]).setOwner(user.id, group: user.group)
            }
        } catch {
            throw CommandError("cannot make the folder \(path): \((error as? FileError)?.problem ?? "\(error)")")
        }
    }

    // MARK: Listing

    /// A line for each manager, numbered for a choice.
    static func lines(_ managers: [DiscoveredManager], accepted: AcceptedManager?, numbered: Bool = false) -> [String] {
        TextTable.lines(
            managers.enumerated().map { index, manager in
                let notes = [
                    manager.problem, accepted.flatMap { manager.isAt($0.url) ? "accepted" : nil },
                    manager.alsoAt.isEmpty ? nil : "also at \(manager.alsoAt.joined(separator: ", "))",
                ]
                let name = [manager.name, manager.version].compactMap(\.self).joined(separator: " ")
                return (numbered ? ["\(index + 1)"] : [])
                    + [manager.url, name, notes.compactMap(\.self).joined(separator: "; ")]
            })
    }
}
