import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Executors

@Suite("Commands stay where the operator allows", .timeLimit(.minutes(1)))
struct AllowedPathsTests {
    private let place: TemporaryFolder
    private let bench: Bench
    private var inside: String { place.path("inside") }
    private var outside: String { place.path("outside") }

    init() throws {
        place = try TemporaryFolder()
        bench = try Bench(policy: NodePolicy(allowedPaths: [place.path("inside")]))
        try place.write("inside/file", "inside")
        try place.write("inside/folder/file", "")
        try place.write("outside/file", "outside")
        try FileManager.default.createSymbolicLink(
            atPath: place.path("inside/link"), withDestinationPath: place.path("outside"))
    }

    private func words(_ parameters: [String: String]) -> [String: JSONValue] {
        parameters.mapValues { .string($0.replacing("IN", with: inside).replacing("OUT", with: outside)) }
    }

    @Test(
        "nothing is read, made or moved outside",
        arguments: [
            ("copy-file", ["src": "OUT/file", "dest": "IN/copy"]),
            ("copy-file", ["src": "IN/file", "dest": "OUT/copy"]),
            ("copy-file", ["src": "IN/link/file", "dest": "IN/copy"]),
            ("copy-file", ["src": "IN/file", "dest": "IN/link/copy"]),
            ("copy-file", ["src": "IN/file", "dest": "IN/folder/../../outside/copy"]),
            ("make-directory", ["path": "IN/link/new/deeper"]),
            ("make-directory", ["path": "IN/new/../../outside/new"]),
            ("move-directory", ["src": "IN/folder", "dest": "OUT/folder"]),
            ("move-directory", ["src": "OUT", "dest": "IN/new"]),
            ("move-directory", ["src": "IN/link", "dest": "IN/new"]),
            // What is there would be moved aside, to beside the allowed folder.
            ("move-directory", ["src": "IN/folder", "dest": "IN"]),
            ("move-directory", ["src": "IN", "dest": "IN/folder"]),
            ("rsync-copy", ["src": "OUT/file", "dest": "IN/new"]),
            ("rsync-copy", ["src": "IN/file", "dest": "IN/link"]),
            ("frames-to-video", ["exe": "false", "inputGlob": "IN/*.png", "outputFile": "OUT/video.mp4"]),
            ("frames-to-video", ["exe": "false", "inputGlob": "OUT/f*", "outputFile": "IN/video.mp4"]),
            ("frames-to-video", ["exe": "false", "inputGlob": "OUT/none*", "outputFile": "IN/video.mp4"]),
            ("frames-to-video", ["exe": "false", "inputGlob": "IN/link/f*", "outputFile": "IN/video.mp4"]),
            ("frames-to-video", ["exe": "false", "inputGlob": "IN/li{nk,nx}/file", "outputFile": "IN/video.mp4"]),
            ("create-video", ["input_files": "IN/../outside/f*", "output_file": "IN/video.mp4"]),
        ])
    func refused(command: String, parameters: [String: String]) async throws {
        let before = try FileManager.default.subpathsOfDirectory(atPath: place.url.path).sorted()
        let sentence = try await bench.failure(command, words(parameters))
        #expect(sentence.hasPrefix("refused: parameter \""), "\(sentence)")
        #expect(sentence.hasSuffix("is not in \"allowed_paths\""), "\(sentence)")
        #expect(try FileManager.default.subpathsOfDirectory(atPath: place.url.path).sorted() == before)
    }

    @Test("Blender is not started when it would render outside", arguments: ["-o", "--render-output"])
    func blender(option: String) async throws {
        let sentence = try await bench.failure(
            "blender-render",
            ["exe": "false", "args": ["-b", .string(option), .string(outside + "/frame-####"), "-a"]])
        #expect(sentence == "refused: parameter \"args\": \(outside)/frame-#### is not in \"allowed_paths\"")
        #expect(bench.recorder.log == "")
    }

    @Test("all that stays inside works as ever")
    func allowed() async throws {
        try await bench.run("copy-file", words(["src": "IN/file", "dest": "IN/new/deeper/copy"]))
        try await bench.run("make-directory", words(["path": "IN/a/b/c"]))
        try await bench.run("move-directory", words(["src": "IN/folder", "dest": "IN/moved"]))
        try await bench.run("rsync-copy", words(["src": "IN/moved", "dest": "IN/fetched"]))
        for path in ["new/deeper/copy", "a/b/c", "moved/file", "fetched/moved/file"] {
            #expect(FileManager.default.fileExists(atPath: inside + "/" + path), "\(path)")
        }
    }
}
