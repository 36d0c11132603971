import Foundation
import ManagerClient
import TestSupport
import Testing

@testable import Agent
@testable import Spool

@Suite("Stored credentials")
struct CredentialsFileTests {
    private let folder: TemporaryFolder
    private let file: CredentialsFile
    private let credentials = WorkerCredentials(workerID: "w", secret: "s3cret")

    init() throws {
        folder = try TemporaryFolder()
        file = CredentialsFile(path: folder.path("credentials.json"))
    }

    @Test("come back as they were stored, readable by their owner alone")
    func roundTrip() throws {
        #expect(try file.load() == nil)
        try file.store(WorkerCredentials(workerID: "old", secret: "old"))
        try file.store(credentials)
        #expect(try file.load() == credentials)
        let attributes = try FileManager.default.attributesOfItem(atPath: file.path)
        #expect(attributes[.posixPermissions] as? Int == 0o600)
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.url.path) == ["credentials.json"])
    }

    @Test("are refused when others can read them")
    func readableByOthers() throws {
        try file.store(credentials)
        try FileManager.default.setAttributes([.posixPermissions: 0o640], ofItemAtPath: file.path)
        let error = #expect(throws: CredentialsError.self) { try file.load() }
        #expect(error?.problem.hasPrefix("is accessible to other users (mode 640)") == true)
    }

    @Test("are refused when they make no sense", arguments: ["", "{}", "{\"worker_id\": 1}", "not JSON"])
    func nonsense(text: String) throws {
        try Data(text.utf8).write(to: URL(filePath: file.path))
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: file.path)
        let error = #expect(throws: CredentialsError.self) { try file.load() }
        #expect(error?.problem.hasPrefix("does not contain credentials (") == true)
        #expect(error?.description.contains(text.isEmpty ? "JSON" : "remove it") == true)
    }

    @Test("are kept aside when they are refused")
    func setAside() throws {
        try file.store(credentials)
        let aside = try file.setAside(time: "20261124T101500Z")
        #expect(aside == file.path + ".rejected-20261124T101500Z")
        #expect(try file.load() == nil)
        #expect(try CredentialsFile(path: aside).load() == credentials)
    }

    @Test("are stored whole although writes arrive in part")
    func shortWrites() throws {
        let files = SpoolFiles { step, _ in if case .write = step { .shortWrite(7) } else { nil } }
        try CredentialsFile(path: file.path, files: files).store(credentials)
        #expect(try file.load() == credentials)
    }

    @Test("say what the system said when they cannot be stored", arguments: [ENOSPC, EIO, EROFS])
    func systemError(number: Int32) throws {
        try file.store(credentials)
        let files = SpoolFiles { step, _ in if case .synchronise = step { .error(number) } else { nil } }
        let error = #expect(throws: CredentialsError.self) {
            try CredentialsFile(path: file.path, files: files).store(WorkerCredentials(workerID: "new", secret: "new"))
        }
        #expect(error?.description.hasSuffix(String(cString: strerror(number)).lowercased()) == true)
        #expect(try file.load() == credentials)
    }

    @Test("stay as they were when new ones cannot be stored")
    func cannotStore() throws {
        let nowhere = CredentialsFile(path: folder.path("missing/credentials.json"))
        #expect(throws: CredentialsError.self) { try nowhere.store(credentials) }
    }
}
