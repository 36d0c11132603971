import FlamencoAPI
import Foundation
import Service
import TestSupport

/// The program that a soak's tasks run: it prints numbered lines, and keeps a copy of what it prints in a file, a fresh
/// one for each run.
struct SoakProgram: Sendable {
    private let script: String
    private let folder: TemporaryFolder

    /// Writes it into a folder.
    init(in folder: TemporaryFolder) throws {
        self.folder = folder
        try FileManager.default.createDirectory(atPath: folder.path("printed"), withIntermediateDirectories: true)
        let pad = String(repeating: "abcdefghij", count: 12)
        // Each line has its number, so that nothing else looks like it; the file has it before the pipe does.
        script = try folder.write(
            "program.sh",
            """
            run=$(mktemp "$2/$1-XXXXXXXX")
            exec 3>"$run"
            run=${run##*/}
            i=0
            while [ $i -lt $3 ]; do
                printf '#%s %s %.*sü€😀\\n' "$run" $i $((i * 7 % 120)) \(pad) >&3
                printf '#%s %s %.*sü€😀\\n' "$run" $i $((i * 7 % 120)) \(pad)
                i=$((i + 1))
                [ $((i % 100)) -ne 0 ] || sleep 0.0$4
            done
            echo "#$run end" >&3
            echo "#$run end"
            exit $5
            """)
    }

    /// A job with one task that prints some lines, quickly or slowly; one in eight fails at the end of each run.
    func job(_ number: Int, with random: inout SeededGenerator) -> SubmittedJob {
        let lines = [10, 300, 1500, 6000][Int.random(in: 0..<4, using: &random)]
        let pause = Int.random(in: 1...9, using: &random)
        let fails = Int.random(in: 0..<8, using: &random) == 0
        let name = "\(fails ? "failing" : "job")\(number)"
        let words = ["sh", script, name, folder.path("printed"), String(lines), String(pause), fails ? "3" : "0"]
        return SubmittedJob(
            name: name, type: "command-line", settings: ["commands": .array([.array(words.map { .string($0) })])])
    }

    /// How a job of this name must end.
    func outcome(of job: String) -> JobStatus { job.hasPrefix("failing") ? .failed : .completed }

    /// What each run of a job printed, or was about to print when it was killed.
    ///
    /// - Parameter keptLines: how many lines of each run agents kept.
    func printed(by job: String, keptLines: [String: Int]) throws -> [PrintedRun] {
        try FileManager.default.contentsOfDirectory(atPath: folder.path("printed"))
            .filter { $0.hasPrefix(job + "-") }
            .map { name in
                let data = try Data(contentsOf: URL(filePath: folder.path("printed/" + name)))
                return PrintedRun(name: name, printed: data, keptLines: keptLines[name] ?? 0)
            }
    }
}
