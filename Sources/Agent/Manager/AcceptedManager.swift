package import FoundationEssentials
import ManagerClient
import System

/// The manager that the operator accepted, for an agent whose `manager_url` is “auto”.
///
/// What was accepted is a URL. Flamenco's managers have nothing by which one could be told from another: they all say that they
/// are the same device, and their names and versions are what anybody can say. So another address is another manager, and
/// only a person can know better.
package struct AcceptedManager: Codable, Hashable, Sendable {
    package let url: String
    /// What it said of itself then.
    package let name: String
    package let version: String
    /// When that was, in UTC.
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

/// Where an agent keeps which manager the operator accepted: readable by its owner alone, and whole at any moment.
package struct AcceptedManagerFile: Sendable {
    /// Where it is.
    package let path: String
    private let stateDirectory: String

    /// The file of the agent that has this state directory.
    package init(stateDirectory: String) {
        self.stateDirectory = stateDirectory
        path = stateDirectory + "/manager.json"
    }

    /// The manager; absent when none was accepted.
    ///
    /// - Throws: ``AcceptedManagerError`` when the file cannot be used.
    package func load() throws(AcceptedManagerError) -> AcceptedManager? {
        let found: AcceptedManager?
        do throws(PrivateFileError) {
            found = try PrivateFile(path: path).load(
                AcceptedManager.self, as: "an accepted manager", "accept the manager again with “\(trustCommand)”")
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

    /// The manager that has to be there.
    ///
    /// - Throws: ``AcceptedManagerError``, which says how to accept one when there is none.
    package func required() throws(AcceptedManagerError) -> AcceptedManager {
        if let accepted = try load() { return accepted }
        throw AcceptedManagerError(
            description:
                "“manager_url” is “\(Settings.acceptedManager)”, but no manager has been accepted: accept one with “"
                + trustCommand + "”", isOfDisk: false)
    }

    /// Remembers a manager, so that it is there after a power loss.
    ///
    /// - Throws: ``AcceptedManagerError`` when it cannot be stored; what was there before is still there.
    package func store(_ manager: AcceptedManager) throws(AcceptedManagerError) {
        do throws(PrivateFileError) {
            try PrivateFile(path: path).store(manager)
        } catch {
            throw failure(error)
        }
    }

    /// What to call to accept a manager for this agent.
    package var trustCommand: String { Self.trustCommand(stateDirectory: stateDirectory) }

    /// What to call to accept a manager, or this one, for the agent that has this state directory.
    package static func trustCommand(_ url: String? = nil, stateDirectory: String) -> String {
        "flamenco-agent discover --trust" + (url.map { " \($0)" } ?? "") + " --state-dir \(stateDirectory)"
    }

    private func failure(_ error: PrivateFileError) -> AcceptedManagerError {
        AcceptedManagerError(description: "the file \(path) \(error.problem)", isOfDisk: error.isOfDisk)
    }
}

/// Why there is no manager that an agent may use which it was not told by its settings.
package struct AcceptedManagerError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String
    /// Whether a disk is in the way, rather than what is in the file.
    package let isOfDisk: Bool
}
