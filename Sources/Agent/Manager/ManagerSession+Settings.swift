import FileWork
package import ManagerClient
import Spool
import System

extension ManagerSession {
    /// Creates a session from the settings.
    ///
    /// - Throws: `ManagerURLError`, `ManagerError`, ``SettingsError`` if `ca_file` cannot be read,
    ///   ``CredentialsError``.
    package init(
        _ settings: Settings, state: StateDirectory, outage: Outage?, clock: any Clock<Duration>, log: Log,
        status: StatusBoard?
    ) throws {
        var client = try ManagerClient(settings)
        if let status { client.onAnswer = status.asked }
        client.conceal = log.secrets.concealed
        try self.init(
            client: client, file: settings.isEphemeral ? nil : CredentialsFile(stateDirectory: state.path),
            outage: outage, clock: clock, log: log, api: settings.api.dialect, status: status)
    }
}

extension ManagerClient {
    /// Creates a client from the settings.
    ///
    /// - Throws: `ManagerURLError`, `ManagerError`, ``SettingsError`` if `ca_file` cannot be read.
    package init(_ settings: Settings) throws {
        try self.init(settings, at: ManagerURL(settings.managerURL))
    }

    /// Creates a client for any manager, with the other settings.
    ///
    /// - Throws: `ManagerError`, ``SettingsError`` if `ca_file` cannot be read.
    init(_ settings: Settings, at url: ManagerURL) throws {
        try settings.requireCAFile()
        var timeouts = Timeouts()
        timeouts.connect = settings.connectTimeout
        timeouts.total = settings.requestTimeout
        self.init(
            url: url, software: "Flamenco-Agent/\(Software.version)",
            caFile: settings.caFile, timeouts: timeouts)
    }
}

extension Settings {
    /// Checks that the file with certificates can be read: without it no manager can be reached.
    ///
    /// - Throws: ``SettingsError``.
    package func requireCAFile() throws(SettingsError) {
        guard let caFile = self.caFile else { return }
        do throws(FileError) {
            let file = try SpoolFiles().open(caFile, .read)
            var byte: UInt8 = 0
            let count = try withUnsafeMutableBytes(of: &byte) { (buffer) throws(FileError) in
                try file.read(into: buffer, at: 0)
            }
            if count == 0 { throw FileError("read \(caFile)", ENODATA) }
        } catch {
            throw SettingsError("\"ca_file\" should be a readable file of PEM certificates: \(error)")
        }
    }
}
