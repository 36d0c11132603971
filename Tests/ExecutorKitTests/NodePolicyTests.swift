import ExecutorKit
import FlamencoAPI
import Foundation
import System
import TestSupport
import Testing

@Suite("What the operator allows", .timeLimit(.minutes(1)))
struct NodePolicyTests {
    var bench: ExternalBench
    private let inside: String
    private let outside: String

    init() throws {
        bench = try ExternalBench()
        inside = bench.folder.path("inside")
        outside = bench.folder.path("outside")
        for folder in [inside, inside + "/sub", outside] {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }
        bench.programs.policy.allowedPaths = [inside]
    }

    private func link(_ path: String, to target: String) throws {
        try FileManager.default.createSymbolicLink(atPath: path, withDestinationPath: target)
    }

    private func refusal(of path: String) async -> String? {
        do {
            _ = try await bench.context().absolutePath(path, parameter: "path")
            return nil
        } catch {
            return "\(error)".replacing(bench.folder.url.path, with: "DIR")
        }
    }

    @Test("paths inside are used, whether they exist or not")
    func pathsInside() async throws {
        try link(inside + "/link", to: "sub/../sub")
        for path in ["", "/", "/sub", "/sub/new/deeper", "/new", "/./sub//x", "/sub/../new", "/link/new"] {
            #expect(await refusal(of: inside + path) == nil, "\(path)")
        }
    }

    @Test("nothing outside is, by no name whatever")
    func pathsOutside() async throws {
        try link(inside + "/absolute", to: outside)
        try link(inside + "/relative", to: "../outside")
        try link(inside + "/dangling", to: outside + "/not-there-yet")
        try link(inside + "/first", to: "second")
        try link(inside + "/second", to: "absolute/x")
        try link(inside + "/up", to: "..")
        try link(outside + "/in", to: inside)
        let paths = [
            outside, outside + "/new", inside + "er", inside + "/../outside/x", inside + "/sub/../../outside",
            inside + "/new/../../outside", inside + "/absolute", inside + "/absolute/new", inside + "/relative/new/x",
            inside + "/dangling", inside + "/first", inside + "/up/outside", inside + "/up", inside + "/absolute/..",
            "/", "/etc/passwd", inside + "/..",
        ]
        for path in paths {
            let sentence = await refusal(of: path)
            #expect(sentence?.hasPrefix("refused: parameter \"path\": ") == true, "\(path)")
            #expect(sentence?.hasSuffix("is not in \"allowed_paths\"") == true, "\(path): \(sentence ?? "")")
        }
        // The link itself is outside: moving it would change what is there.
        #expect(await refusal(of: outside + "/in") != nil)
        #expect(await refusal(of: outside + "/in/sub") == nil)
    }

    @Test("links that go in circles are refused")
    func circles() async throws {
        try link(inside + "/a", to: "b")
        try link(inside + "/b", to: "a")
        let sentence = await refusal(of: inside + "/a/x")
        #expect(
            sentence?.contains("\"allowed_paths\" cannot be enforced: cannot follow the links of DIR/inside/a:") == true
        )
    }

    @Test("an allowed path may be a link itself")
    mutating func allowedLink() async throws {
        try link(bench.folder.path("alias"), to: inside)
        bench.programs.policy.allowedPaths = [bench.folder.path("alias")]
        #expect(await refusal(of: inside + "/x") == nil)
        #expect(await refusal(of: bench.folder.path("alias/x")) == nil)
        #expect(await refusal(of: outside) != nil)
    }

    @Test("a parameter that is a path is refused before the program runs, an output outside fails the command")
    func commands() async throws {
        try bench.write(
            "reads", shell: "echo it ran",
            manifest: "{command: 'reads', task_type: 'misc', program: 'run.sh', parameters: {file: 'path'}}")
        #expect(
            try await bench.failure("reads", ["file": .string(outside)])
                == "refused: parameter \"file\": \(outside) is not in \"allowed_paths\"")
        #expect(!bench.recorder.log.contains("it ran"))

        try bench.write("writes", shell: "echo flamenco_output: \(inside)/1; echo flamenco_output: \(outside)/2")
        #expect(
            try await bench.failure("writes")
                == "refused: the output \(outside)/2 is not in \"allowed_paths\"")
        #expect(bench.recorder.outputs == [inside + "/1"])
    }

    @Test("a script that others could replace is refused, while other programs run by their descriptor")
    mutating func untrustedScripts() async throws {
        let script = try bench.folder.write("inside/open/tool", "#!/bin/sh\necho it ran\n", executable: true)
        try FileManager.default.copyItem(
            atPath: URL(filePath: "/bin/sh").resolvingSymlinksInPath().path, toPath: inside + "/open/shell")
        bench.programs.policy.allowedExecutables = [inside]
        try await bench.context().runToSuccess(Program(script))
        #expect(chmod(inside + "/open", 0o777) == 0)
        let error = await #expect(throws: ProgramError.self) { try await bench.context().runToSuccess(Program(script)) }
        #expect(error.map { "\($0)" }?.contains("a script has to be run by its path") == true)
        try link(inside + "/name", to: "open/shell")
        try await bench.context().runToSuccess(Program(inside + "/name", ["-c", "echo named $0 $(cat /proc/$$/comm)"]))
        #expect(bench.recorder.log.contains("\nnamed \(inside)/name shell\n"), "\(bench.recorder.log)")
    }

    @Test("folders are opened without following links where the kernel has no call for that")
    func stepByStep() throws {
        try link(inside + "/link", to: "sub")
        #expect(throws: Never.self) {
            _ = try AllowedPlaces.openStepByStep(BorrowedDescriptor.workingDirectory, inside + "/sub", inside)
        }
        let error = try #require(throws: FileError.self) {
            _ = try AllowedPlaces.openStepByStep(BorrowedDescriptor.workingDirectory, inside + "/link", inside)
        }
        #expect(error.number == ELOOP)
    }

    @Test("only allowed programs run, by whatever name")
    mutating func executables() async throws {
        let tool = try bench.folder.write("inside/tool", "#!/bin/sh\necho it ran\n", executable: true)
        let other = try bench.folder.write("outside/other", "#!/bin/sh\necho other\n", executable: true)
        try link(inside + "/other", to: other)
        try link(outside + "/tool", to: tool)
        bench.programs.policy.allowedExecutables = [inside]
        bench.programs.defaults.environment["PATH"] = "\(outside):\(inside):/usr/bin"

        for allowed in [tool, "tool", outside + "/tool", inside + "/../inside/tool"] {
            try await bench.context().runToSuccess(Program(allowed))
        }
        bench.programs.defaults.workingDirectory = inside
        try await bench.context().runToSuccess(Program("./tool"))
        for refused in [
            other, "other", inside + "/other", "sh", inside + "/../outside/other", "./other", "../outside/other",
        ] {
            let error = await #expect(throws: ProgramError.self) {
                try await bench.context().runToSuccess(Program(refused))
            }
            let sentence = error.map { "\($0)" } ?? ""
            #expect(sentence.contains("did not run ") && sentence.contains(" is not in \"allowed_executables\""))
        }
        bench.programs.policy.allowedExecutables = [tool]
        try await bench.context().runToSuccess(Program(tool))
        bench.programs.policy.allowedExecutables = []
        await #expect(throws: ProgramError.self) { try await bench.context().runToSuccess(Program(tool)) }
    }
}
