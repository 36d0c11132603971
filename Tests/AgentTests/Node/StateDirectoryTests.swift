import Agent
import Foundation
import TestSupport
import Testing

@Suite("The state directory")
struct StateDirectoryTests {
    @Test("is made for this user only")
    func made() throws {
        let folder = try TemporaryFolder()
        let state = try StateDirectory(path: folder.path("deep/state"))
        let attributes = try FileManager.default.attributesOfItem(atPath: state.path)
        #expect(attributes[.posixPermissions] as? Int == 0o700)
    }

    @Test("belongs to one agent at a time, and the error names the other's process")
    func locked() throws {
        let folder = try TemporaryFolder()
        let path = folder.path("state")
        do {
            let first = try StateDirectory(path: path)
            let error = #expect(throws: StateDirectoryError.self) { try StateDirectory(path: path) }
            #expect(error?.problem == .taken(pid: getpid()))
            #expect(error?.description.contains("in use by another agent, process \(getpid())") == true)
            _ = first
        }
        _ = try StateDirectory(path: path)
    }

    @Test("is refused with a reason when it cannot be used")
    func unusable() throws {
        let folder = try TemporaryFolder()
        let file = try folder.write("file", "")
        #expect(throws: StateDirectoryError.self) { try StateDirectory(path: file) }
        #expect(throws: StateDirectoryError.self) { try StateDirectory(path: file + "/below") }
    }

    @Test(
        "is where the settings, systemd or the user's folders say",
        arguments: [
            ("/set", ["STATE_DIRECTORY": "/systemd"], "/set"),
            ("set", [:], FileManager.default.currentDirectoryPath + "/set"),
            (nil, ["STATE_DIRECTORY": "/var/lib/a:/var/lib/b", "HOME": "/home/x"], "/var/lib/a"),
            (nil, ["XDG_STATE_HOME": "/xdg", "HOME": "/home/x"], "/xdg/flamenco-agent"),
            (nil, ["HOME": "/home/x"], "/home/x/.local/state/flamenco-agent"),
        ] as [(String?, [String: String], String)])
    func usualPath(setting: String?, environment: [String: String], path: String) throws {
        #expect(try StateDirectory.usualPath(setting: setting, environment: environment) == path)
    }

    @Test("has to be said when there is no home")
    func noHome() {
        #expect(throws: SettingsError("no state directory: pass --state-dir, or set HOME")) {
            try StateDirectory.usualPath(setting: nil, environment: [:])
        }
    }
}
