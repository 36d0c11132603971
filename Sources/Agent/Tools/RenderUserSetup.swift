import ExecutorKit
import FileWork
import FoundationEssentials
import System

/// Changes the user that programs run as: `run_as_user` in a settings file, and the drop-in that lets the unit's agent
/// switch users.
package struct RenderUserSetup: Sendable {
    /// The file name of the drop-in.
    package static let dropInName = "render-user.conf"
    /// The content of the drop-in.
    package static var dropIn: String { String(decoding: PackageResources.render_user_conf, as: UTF8.self) }

    /// The settings file.
    package let settings: String
    /// The folder where administrators change units.
    private let units: String
    /// The unit of the agent with these settings; nil if none of ours has them.
    package let unit: String?

    package init(settings: String) {
        self.init(settings: settings, units: "/etc/systemd/system", unit: Self.unit(of: settings))
    }

    init(settings: String, units: String, unit: String?) {
        self.settings = settings
        self.units = units
        self.unit = unit
    }

    private static func unit(of settings: String) -> String? {
        let folder = FilePath.parent(of: SettingsFile.usualPath)
        guard FilePath.parent(of: settings) == folder, settings.hasSuffix(".json5") else { return nil }
        let name = settings.dropFirst(folder.count + 1).dropLast(".json5".count)
        return name == "settings" ? "flamenco-agent.service" : "flamenco-agent@\(name).service"
    }

    /// Makes programs run as another user, or as the agent's if nil. A running agent is not affected.
    ///
    /// - Returns: what was done, one line each.
    /// - Throws: ``SettingsError``; nothing was changed then that would keep an agent from starting.
    package func change(to user: String?) throws(SettingsError) -> [String] {
        if let user { try Self.check(user) }
        guard let data = FileManager.default.contents(atPath: settings) else {
            throw SettingsError("cannot read the settings file \(settings)")
        }
        let old = String(decoding: data, as: UTF8.self)
        let text = try SettingsText.changing(
            old, SettingDeclarations.declared.runAsUser.name, to: user, path: settings)
        // An agent with the capabilities and without the user works; the other way round, it would not start.
        var done: [String] = []
        if user != nil { done += try writeDropIn() }
        if text != old {
            try SettingsFile.replace(text, at: settings)
            done.append(
                "\(settings): " + (user.map { "\"run_as_user\" is \"\($0)\"" } ?? "\"run_as_user\" is no longer set"))
        } else {
            done.append("\(settings) is already so")
        }
        if user == nil { done += try removeDropIn() }
        return done
    }

    /// Checks that programs can run as a user of this name.
    ///
    /// - Throws: ``SettingsError``.
    package static func check(_ name: String) throws(SettingsError) {
        guard let user = ProgramUser(named: name) else {
            throw SettingsError(
                "there is no user \"\(name)\" on this machine: create it with \"useradd --system --create-home \(name)\""
            )
        }
        guard user.id != 0 else { throw SettingsError("programs must not run as \"\(name)\", which is root") }
    }

    // MARK: The unit

    private var dropInPath: String? { unit.map { "\(units)/\($0).d/\(Self.dropInName)" } }

    private func writeDropIn() throws(SettingsError) -> [String] {
        guard let path = dropInPath else {
            return [
                "no systemd unit of this agent is known: give it the capabilities \(RenderUser.capabilities.joined(separator: ", "))"
            ]
        }
        if FileManager.default.contents(atPath: path) == Data(Self.dropIn.utf8) { return ["\(path) already exists"] }
        do {
            try FilePolicy().makeFolders(FilePath.parent(of: path))
            try FileError.during("write \(path)") { () throws(SystemError) in
                let fresh = path + ".new"
                let file = try Descriptor(opening: fresh, [.write, .create, .truncate])
                try file.setPermissions(0o644)
                try file.writeAll(Self.dropIn)
                try FileSystem.rename(fresh, to: path)
            }
        } catch {
            throw SettingsError("cannot write \(path): \((error as? FileError)?.problem ?? "\(error)")")
        }
        return ["wrote \(path)"]
    }

    private func removeDropIn() throws(SettingsError) -> [String] {
        guard let path = dropInPath else { return [] }
        do throws(SystemError) {
            try FileSystem.remove(path)
        } catch {
            if error.isAbsence { return [] }
            throw SettingsError("cannot remove \(path): \(error)")
        }
        // It may contain other files.
        try? FileSystem.removeFolder(FilePath.parent(of: path))
        return ["removed \(path)"]
    }
}
