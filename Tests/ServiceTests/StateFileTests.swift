import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service
import TestSupport
import Testing

@Suite("A farm that is kept in a file")
struct StateFileTests {
    private let folder: TemporaryFolder
    private var path: String { folder.path("farm.json") }

    init() throws { folder = try TemporaryFolder() }

    /// A manager with what the file and its journal have.
    private func manager(
        seed: UInt64 = 1, dialects: [APIDialect] = APIDialect.allCases
    ) async throws -> (manager: Manager, file: StateFile) {
        let file = StateFile(path: path)
        let service = Service(
            farm: try file.load() ?? Farm(), dialects: dialects, generator: SeededGenerator(seed: seed))
        try await file.begin(with: service, rules: FarmRules(), variables: .standard)
        return (Manager(service: service), file)
    }

    /// A worker works on a job; gives the task.
    private func work(_ manager: Manager) async throws -> String {
        let worker = await manager.awakeWorker()
        let job = await manager.submitEcho()
        let task = await manager.ask("POST", "/api/worker/task", as: worker)
        let id = try #require(task.body?["uuid"]?.stringValue)
        for (body, status) in [
            (#"{"log": "one ü\n"}"#, 204), (#"{"log": "two\n", "activity": "a"}"#, 204), (#"{"taskStatus": 3}"#, 400),
            (#"{"taskStatus": "completed", "log": "three\n"}"#, 204), (#"{"log": "late\n"}"#, 204),
        ] {
            #expect(await manager.ask("POST", "/api/worker/task/\(id)", body, as: worker).status == status)
        }
        #expect(await manager.ask("GET", "/api/jobs/\(job)").body?["status"] == "completed")
        return id
    }

    @Test("whatever was answered is there again, though nothing was stored after it")
    func killed() async throws {
        let (first, _) = try await manager()
        let task = try await work(first)
        first.service.sweep()
        let (second, _) = try await manager(seed: 2)
        #expect(second.service.farm == first.service.farm)
        #expect(await second.text("/api/tasks/\(task)/log/text") == "one ü\ntwo\nthree\nlate\n")
        // And once more, from what that one has written.
        _ = try await work(second)
        let (third, _) = try await manager(seed: 3)
        #expect(third.service.farm == second.service.farm)
    }

    @Test("what was done by an API that is not served now is there again all the same")
    func otherAPI() async throws {
        let (first, _) = try await manager()
        let task = try await work(first)
        let (second, _) = try await manager(seed: 2, dialects: [.v3])
        #expect(second.service.farm == first.service.farm)
        #expect(await second.text("/api/v3/tasks/\(task)/log/text") == "one ü\ntwo\nthree\nlate\n")
    }

    @Test("an entry that is not whole, and all that was answered before, are told apart")
    func torn() async throws {
        let (first, _) = try await manager()
        _ = try await work(first)
        let journal = path + ".journal-1"
        let whole = try Data(contentsOf: URL(filePath: journal))
        try whole.dropLast(3).write(to: URL(filePath: journal))
        let (second, _) = try await manager(seed: 2)
        let summary = second.service.farm
        #expect(summary != first.service.farm)
        #expect(await second.text("/api/jobs").contains("completed"))
    }

    @Test("is for its user only, and leaves no journals behind that are not needed")
    func mode() async throws {
        try folder.write("farm.json.new", "x")
        let (first, file) = try await manager()
        _ = try await work(first)
        try await file.end(with: first.service)
        for name in ["farm.json", "farm.json.journal-2", "farm.json.lock"] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path(name))
            #expect((attributes[.posixPermissions] as? NSNumber)?.intValue == 0o600, "\(name)")
        }
        #expect(try folder.names() == ["farm.json", "farm.json.journal-2", "farm.json.lock"])
    }

    @Test("a folder that is not there is noticed at the beginning")
    func noFolder() throws {
        let error = #expect(throws: StateFileError.self) {
            try StateFile(path: folder.path("nowhere/farm.json")).load()
        }
        #expect(
            error?.description
                == "cannot write the state file \(folder.path("nowhere/farm.json")): No such file or directory")
    }

    @Test("belongs to one manager at a time")
    func lock() async throws {
        let first = StateFile(path: path)
        #expect(try first.load() == nil)
        let second = StateFile(path: path)
        let error = #expect(throws: StateFileError.self) { try second.load() }
        #expect(
            error?.description
                == "the state file \(path) is in use by another manager-lite: stop that one, or use another file")
        withExtendedLifetime(first) {}
    }

    @Test("lets go of the file although a program that is being started has a copy of the descriptor")
    func copiedDescriptor() throws {
        var first: StateFile? = StateFile(path: path)
        #expect(try first?.load() == nil)
        let link = URL(filePath: path + ".lock").resolvingSymlinksInPath().path
        let number = try #require(
            (0..<1024).first { number in
                (try? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/fd/\(number)")) == link
            })
        // What a process has between fork(2) and execve(2).
        let copy = FileHandle(fileDescriptor: dup(Int32(number)), closeOnDealloc: true)
        first = nil
        #expect(try StateFile(path: path).load() == nil)
        withExtendedLifetime(copy) {}
    }

    @Test(
        "the file of another version, or of none, is refused and left as it is",
        arguments: ["", "{}", "manager-lite farm 1 x\n"])
    func foreign(text: String) throws {
        try folder.write("farm.json", text)
        let error = #expect(throws: StateFileError.self) { try StateFile(path: path).load() }
        #expect(
            error?.description
                == "the state file \(path) does not contain a farm of this version of manager-lite; move it away to start "
                + "with an empty one")
        #expect(try String(contentsOfFile: path, encoding: .utf8) == text)
    }

    @Test("what did not find room on the disk is stored when there is room again")
    func noRoom() async throws {
        // The first journal has no room for anything.
        try FileManager.default.createSymbolicLink(
            atPath: path + ".journal-1", withDestinationPath: "/dev/full")
        let first: Manager
        do {
            let file: StateFile
            (first, file) = try await manager()
            _ = try await work(first)
            try await file.keep(first.service)
        }
        let (second, _) = try await manager(seed: 2)
        #expect(second.service.farm == first.service.farm)
    }
}
