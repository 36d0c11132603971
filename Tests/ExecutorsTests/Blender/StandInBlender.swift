import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport

/// A program in the place of Blender: does what a shell line says, and prints lines.
struct StandInBlender {
    let bench: Bench

    init(
        clock: any Clock<Duration> = ContinuousClock(), policy: NodePolicy = NodePolicy(),
        user: ProgramUser? = nil, logRules: [JSONValue] = [], leftoverTime: Duration? = nil
    ) throws {
        bench = try Bench(clock: clock, policy: policy, user: user, logRules: logRules, leftoverTime: leftoverTime)
        try bench.folder.write("good.png", bytes: SmallPictures.png())
        try bench.folder.write("cut.png", bytes: Array(SmallPictures.png().dropLast(9)))
        try FileManager.default.createDirectory(atPath: bench.folder.path("out"), withIntermediateDirectories: true)
    }

    /// The parameters of a command that runs it.
    ///
    /// - Parameters:
    ///   - name: what it is called.
    ///   - shell: what it does first, in the folder of the test.
    ///   - printed: what it prints then; `{out}` is the folder for frames.
    func parameters(
        name: String = "blender", shell: String = ":", printed: [String] = [], end: String = "exit 0", _ args: [String],
        output: String? = nil
    ) throws -> [String: JSONValue] {
        let out = bench.folder.path("out")
        let lines = printed.map { $0.replacing("{out}", with: out) + "\n" }.joined()
        let text = try bench.folder.write("printed.txt", lines)
        let script = "#!/bin/sh\ncd '\(bench.folder.url.path)'\n\(shell)\ncat '\(text)'\n\(end)\n"
        let program = try bench.folder.write(name, script, executable: true)
        let words = ["-o", output ?? "\(out)/######", "-F", "PNG"] + args
        return ["exe": .string(program), "blendfile": "/render/shot.blend", "args": .array(words.map { .string($0) })]
    }

    /// Runs it; the sentence of the failure, or nothing.
    func run(_ parameters: [String: JSONValue]) async throws -> String? {
        do {
            try await bench.run("blender-render", parameters)
            return nil
        } catch let error as CancellationError {
            throw error
        } catch {
            return "\(error)"
        }
    }

    /// What Blender 3 prints of a frame that it saves.
    static func frame(_ number: Int, path: String? = nil) -> [String] {
        let name = String(repeating: "0", count: 6 - "\(number)".count) + "\(number).png"
        return [
            "Fra:\(number) Mem:12.77M (Peak 14.53M) | Time:00:00.10 | Mem:2.74M, Peak:2.74M | Scene, ViewLayer | Sample 32/128",
            "Saved: '\(path ?? "{out}/\(name)")'", " Time: 00:00.27 (Saving: 00:00.16)",
        ]
    }
}
