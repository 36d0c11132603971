import FileWork
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import ExecutorKit

@Suite("Pictures, looked at from their ends")
struct PictureFileTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    private func write(_ name: String, _ bytes: [UInt8]) throws -> String {
        try folder.write(name, bytes: bytes)
    }

    private static let kinds: [(name: String, format: String, bytes: [UInt8], size: String)] = [
        ("a.png", "PNG", SmallPictures.png(), "64×36"), ("a.jpg", "JPEG", SmallPictures.jpeg(), "64×36"),
        ("a.exr", "OpenEXR", SmallPictures.exr(), "4×3"),
    ]

    @Test("are whole, and their size is known", arguments: kinds.indices)
    func whole(kind: Int) throws {
        let kind = Self.kinds[kind]
        let picture = PictureFile(at: try write(kind.name, kind.bytes))
        #expect(picture.fault == nil)
        #expect(picture.size?.description == kind.size)
        // Whatever they are called, and with something added behind the end.
        #expect(PictureFile(at: try write("b.png", kind.bytes)).fault == nil)
        #expect(PictureFile(at: try write(kind.name, kind.bytes + Array(repeating: 0, count: 5000))).fault == nil)
    }

    @Test("are cut wherever they end too early", arguments: kinds.indices)
    func cut(kind: Int) throws {
        let kind = Self.kinds[kind]
        for count in 1..<kind.bytes.count {
            let picture = PictureFile(at: try write(kind.name, Array(kind.bytes.prefix(count))))
            #expect(picture.fault == .cut(format: kind.format), "after \(count) bytes")
        }
    }

    @Test("whose bytes are not written yet are not whole")
    func zeros() throws {
        var exr = SmallPictures.exr()
        // The offset table, which is written last.
        let table = exr.count - 3 * 16 - 3 * 8
        exr.replaceSubrange(table..<table + 8, with: Array(repeating: 0, count: 8))
        #expect(PictureFile(at: try write("a.exr", exr)).fault == .cut(format: "OpenEXR"))
        var png = SmallPictures.png()
        png.replaceSubrange(20..., with: Array(repeating: 0, count: png.count - 20))
        #expect(PictureFile(at: try write("a.png", png)).fault == .cut(format: "PNG"))
    }

    @Test("that are missing, empty or of another kind are told apart")
    func others() throws {
        #expect(PictureFile(at: folder.path("none.png")).fault == .missing)
        #expect(PictureFile(at: folder.path("nowhere/none.png")).fault == .folderMissing)
        #expect(PictureFile(at: try write("a.tga", [])).fault == .empty)
        #expect(PictureFile(at: try write("a.mp4", [1])).fault == nil)
        #expect(PictureFile(at: try write("a.PNG", Array("<html>".utf8))).fault == .cut(format: "PNG"))
        let tiff: [UInt8] = [0x49, 0x49, 0x2A, 0] + Array(repeating: 1, count: 20)
        #expect(PictureFile(at: try write("a.png", tiff)).fault == nil)
        #expect(PictureFile(at: folder.url.path).fault == nil)
    }

    @Test("have another version when they were written again")
    func versions() throws {
        let first = PictureFile(at: try write("a.png", SmallPictures.png())).version
        #expect(PictureFile(at: folder.path("a.png")).version == first)
        #expect(PictureFile(at: try write("a.png", SmallPictures.png() + [0])).version != first)
    }

    @Test("that were moved or renamed are found nearby, unless they are older")
    func moved() async throws {
        try FileManager.default.createDirectory(atPath: folder.path("out"), withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: folder.path("final"), withIntermediateDirectories: true)
        let path = folder.path("out/0001.png")
        let now = FilePath.secondsSince1970()
        let context = CommandContext(
            task: AssignedTask(
                uuid: "f0c1e0a6-0b9e-4d0c-9f3f-6a2d4a1f9f10", job: "", name: "", status: .active, priority: 50,
                jobPriority: 50, jobType: "", taskType: "", commands: []),
            sink: .discarding, programs: ProgramRunner(supervisor: BuiltProducts.path("task-supervisor")),
            clock: ContinuousClock())
        #expect(try await context.place(ofMoved: path, notBefore: now - 5) == nil)
        _ = try write("out/0002.png", SmallPictures.png())
        #expect(try await context.place(ofMoved: path, notBefore: now - 5) == nil)
        _ = try write("final/0001.png", SmallPictures.png())
        #expect(try await context.place(ofMoved: path, notBefore: now - 5) == folder.path("final/0001.png"))
        #expect(try await context.place(ofMoved: path, notBefore: now + 500) == nil)
        _ = try write("out/shot_0001.jpg", SmallPictures.jpeg())
        #expect(try await context.place(ofMoved: path, notBefore: now - 5) == folder.path("out/shot_0001.jpg"))
    }
}
