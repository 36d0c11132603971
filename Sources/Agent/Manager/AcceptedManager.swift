package import FoundationEssentials
import ManagerClient
import System

/// The manager that the operator accepted, for an agent whose `manager_url` is `auto`.
///
/// Only a URL is accepted. Flamenco's managers have no unique identity: they all announce the same device, and anybody
/// can claim a name and version. Another address is therefore another manager until the operator accepts it.
package struct AcceptedManager: Codable, Hashable, Sendable {
    package let url: String
    /// The name that it reported then.
    package let name: String
    package let version: String
    /// When it was accepted, in UTC.
    package let acceptedAt: String

    package init(url: String, name: String, version: String, at time: Date = Date()) {
        self.url = url
        self.name = name
        self.version = version
        acceptedAt = time.formatted(.iso8601)
    }

    private enum CodingKeys: String, CodingKey {
        case url, name, version
        case acceptedAt = "accepted_at"
    }
}

/// The file that stores the accepted manager of an agent: readable only by its owner, and replaced atomically.
package struct AcceptedManagerFile: Sendable {
    /// The path of the file.
    package let path: String
    private let stateDirectory: String

    /// The file of the agent with this state directory.
    package init(stateDirectory: String) {
        self.stateDirectory = stateDirectory
        path = stateDirectory + "/manager.json"
    }

    /// Reads the manager; returns nil if none was accepted.
    ///
    /// - Throws: ``AcceptedManagerError`` when the file cannot be used.
    package func load() throws(AcceptedManagerError) -> AcceptedManager? {
        let found: AcceptedManager?
        do throws(PrivateFileError) {
            found = try PrivateFile(path: path).load(
                AcceptedManager.self, as: "an accepted manager", "accept the manager again with \"\(trustCommand)\"")
        } catch {
            throw failure(error)
        }
        guard let found else { return nil }
        do throws(ManagerURLError) {
            _ = try ManagerURL(found.url)
        } catch {
            throw failure(PrivateFileError("does not contain an accepted manager: \(error)"))
        }
        return found
    }

    /// Returns the manager, which has to be set.
    ///
    /// - Throws: ``AcceptedManagerError``, which explains how to accept one if there is none.
    package func required() throws(AcceptedManagerError) -> AcceptedManager {
        if let accepted = try load() { return accepted }
        throw AcceptedManagerError(
            description:
                "\"manager_url\" is \"\(Settings.acceptedManager)\", but no manager has been accepted: accept one with \""
                + trustCommand + "\"", isOfDisk: false)
    }

    /// Stores a manager, durably across a power loss.
    ///
    /// - Throws: ``AcceptedManagerError`` if it cannot be stored; the previous content is kept.
    package func store(_ manager: AcceptedManager) throws(AcceptedManagerError) {
        do throws(PrivateFileError) {
            try PrivateFile(path: path).store(manager)
        } catch {
            throw failure(error)
        }
    }

    /// The command that accepts a manager for this agent.
    package var trustCommand: String { Self.trustCommand(stateDirectory: stateDirectory) }

    /// The command that accepts a manager, or the one at `url`, for the agent with this state directory.
    package static func trustCommand(_ url: String? = nil, stateDirectory: String) -> String {
        "flamenco-agent discover --trust" + (url.map { " \($0)" } ?? "") + " --state-dir \(stateDirectory)"
    }

    private func failure(_ error: PrivateFileError) -> AcceptedManagerError {
        AcceptedManagerError(description: "the file \(path) \(error.problem)", isOfDisk: error.isOfDisk)
    }
}

/// Why no accepted manager can be used.
package struct AcceptedManagerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String
    /// Whether the cause is the disk rather than the content of the file.
    package let isOfDisk: Bool
}
