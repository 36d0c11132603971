import Foundation
import TestSupport
import Testing

@Suite("The example executors, through manager-lite", .timeLimit(.minutes(2)))
struct ExampleExecutorsTests {
    private let farm: TestFarm
    private let agent: RunningProgram

    init() async throws {
        farm = try await TestFarm()
        // A copy is its own, wherever the sources came from.
        _ = try await output(
            of: "cp", "-R", Checkout.path("executors"), farm.folder.path("executors"))
        agent = try farm.startAgent(
            options: ["--executors-dirs", farm.folder.path("executors"), "--allowed-paths", farm.folder.url.path])
    }

    /// Runs a command as a task, and gives how the job ended and the log of its task.
    private func run(
        _ command: String, type: String, _ parameters: String
    ) async throws -> (exit: RunningProgram.Exit, log: String) {
        let (output, exit) = try await farm.submit(
            "--type", "commands", "--set", "task_type=\(type)",
            "--set", "commands=[{\"name\": \"\(command)\", \"parameters\": \(parameters)}]")
        let logs = try RunningProgram(
            BuiltProducts.path("flamenco-agent"), ["logs", "--state-dir", farm.folder.path("agent"), "commands"])
        return (exit, await logs.end().output + output)
    }

    @Test("python-script runs a Python file with its arguments, hears its messages, and says which exception ended it")
    func pythonScript() async throws {
        let script = try farm.folder.write(
            "tool.py",
            """
            import helper, sys
            print("arguments", sys.argv[1:], __name__)
            print("openjd_progress: 50")
            helper.fail_when(sys.argv[1] == "fail")
            """)
        try farm.folder.write(
            "helper.py", "def fail_when(it):\n    if it: raise ValueError('this is\\nno good')\n")
        let (exit, log) = try await run(
            "python-script", type: "misc", #"{"script": "\#(script)", "args": ["a b", "ü"]}"#)
        #expect(exit == .status(0), "\(log)")
        #expect(log.contains("\narguments ['a b', 'ü'] __main__\nopenjd_progress: 50\n"), "\(log)")

        let (failed, trace) = try await run(
            "python-script", type: "misc", #"{"script": "\#(script)", "args": ["fail"]}"#)
        #expect(failed == .status(1))
        #expect(trace.contains("ValueError: this is no good (exit status 1)"), "\(trace)")
        await farm.stop(agent)
    }

    @Test("image-convert converts images, a step and an output for each, and says which one it could not")
    func imageConvert() async throws {
        for name in ["one", "100%02d"] {
            _ = try await output(
                of: "ffmpeg", "-loglevel", "error", "-f", "lavfi", "-i", "color=red:size=64x32", "-frames:v", "1",
                "-update", "1", farm.folder.path("\(name).png"))
        }
        let folder = farm.folder.url.path
        let (exit, log) = try await run(
            "image-convert", type: "ffmpeg",
            #"{"files": ["\#(folder)/one.png", "\#(folder)/100%02d.png"], "output_folder": "\#(folder)/small", "format": "jpg", "width": 32}"#
        )
        #expect(exit == .status(0), "\(log)")
        #expect(
            try FileManager.default.contentsOfDirectory(atPath: folder + "/small").sorted() == [
                "100%02d.jpg", "one.jpg",
            ])
        let size = try await output(
            of: "ffprobe", "-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0",
            folder + "/small/one.jpg")
        #expect(size == "32,16\n")
        #expect(log.contains("\nflamenco_output: \(folder)/small/one.jpg\nflamenco_step: 1\nopenjd_progress: 50.0\n"))

        let bad = try farm.folder.write("bad.png", "no image")
        let (failed, words) = try await run(
            "image-convert", type: "ffmpeg",
            #"{"files": ["\#(bad)"], "output_folder": "\#(folder)/small", "format": "jpg"}"#)
        #expect(failed == .status(1))
        #expect(words.contains("openjd_fail: \(bad): "), "\(words)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder + "/small").count == 2)
        await farm.stop(agent)
    }

    @Test("rsync-copy fetches a folder, and not out of where the operator allows none")
    func rsyncCopy() async throws {
        try farm.folder.write("assets/scene.blend", "scene")
        let folder = farm.folder.url.path
        let (exit, log) = try await run(
            "rsync-copy", type: "file-management", #"{"src": "\#(folder)/assets", "dest": "\#(folder)/cache"}"#)
        #expect(exit == .status(0), "\(log)")
        #expect(FileManager.default.contents(atPath: folder + "/cache/assets/scene.blend") == Data("scene".utf8))

        let (refused, words) = try await run(
            "rsync-copy", type: "file-management", #"{"src": "/etc/hostname", "dest": "\#(folder)/cache"}"#)
        #expect(refused == .status(1))
        #expect(
            words.contains("refused: parameter \"src\": /etc/hostname is not in \"allowed_paths\""), "\(words)")
        await farm.stop(agent)
    }
}
