import FlamencoAPI
import FoundationEssentials
import JobTypes
import Testing

@Suite("What job types in JavaScript can call", .timeLimit(.minutes(1)))
struct ScriptFunctionsTests {
    /// What the expressions give, all in one run of a script.
    private static func values(_ expressions: [String]) async throws -> [JSONValue] {
        let script =
            JobTypeScript.plain + """
                function compileJob(job) {
                    job.settings.values = job.settings.expressions.map((expression) => {
                        try { return eval(expression); } catch (error) { return `${error}`; }
                    });
                    job.addTask(author.Task("t", "misc"));
                }
                """
        let settings: JobSettings = ["expressions": .array(expressions.map { .string($0) })]
        let job = try await ScriptBench().author(script, settings)
        let kept = job.kept(CheckedSettings(settings, for: job), submittedAt: .now)
        guard case .array(let values) = kept["values"] else { return [] }
        return values
    }

    private static func expect(_ cases: [(String, JSONValue)]) async throws {
        let values = try await values(cases.map(\.0))
        try #require(values.count == cases.count)
        for (value, (expression, expected)) in zip(values, cases) { #expect(value == expected, "\(expression)") }
    }

    @Test("frames in chunks, in order and none twice")
    func chunks() async throws {
        try await Self.expect([
            ("frameChunker('1..10,20..25,40,3..8', 4)", ["1-4", "5-8", "9,10,20,21", "22-25", "40"]),
            (#"frameChunker(" 1  -  10,\t20-25\n,40   ", 4)"#, ["1-4", "5-8", "9,10,20,21", "22-25", "40"]),
            ("frameChunker(47, 4)", ["47"]), ("frameChunker('1-3', 3)", ["1-3"]),
            ("frameChunker('3,1,2', 1)", ["1", "2", "3"]), ("frameChunker('1-1048574', 1048574).length", 1),
            ("frameCount('1-10,5-12,40')", 13), ("frameCount('1-1000000000')", 1_000_000_000),
            ("frameChunker('  ', 4)", "Error: the frame range contains no frames"),
            ("frameChunker('5-1', 4)", "Error: \"5-1\" contains no frames"),
            ("frameChunker('1-3', 0)", "Error: the chunk size should be 1 or more, but is 0"),
            ("frameChunker('1-3')", "Error: the chunk size should be 1 or more, but is undefined"),
            (
                "frameCount('1 10')",
                "Error: \"1 10\" in a frame range is neither a number nor two numbers with \"-\" between them"
            ),
            ("frameCount('1-2-3')", "Error: \"1-2-3\" in a frame range has more than two numbers"),
        ])
    }

    @Test("paths of every platform")
    func paths() async throws {
        try await Self.expect([
            ("path.join('/render', 'shot', '######')", "/render/shot/######"),
            ("path.join('', '', 'a', '', 'b', '')", "a/b"), ("path.join()", ""),
            ("path.join('/a/./b', '../c')", "/a/c"), (#"path.join('C:\\x', 'y\\z.png')"#, "C:/x/y/z.png"),
            (#"path.join('\\\\nas', 'share', 'f.txt')"#, "//nas/share/f.txt"), ("path.join('{jobs}', 'x')", "{jobs}/x"),
            ("path.dirname('/render/shot/1.png')", "/render/shot"), ("path.dirname('/1.png')", "/"),
            ("path.dirname('1.png')", "."), (#"path.dirname('C:\\1.png')"#, "C:"),
            (#"path.dirname('\\\\nas\\share\\f.txt')"#, "//nas/share"), ("path.dirname('/a\\\\b/c.txt')", "/a/b"),
            ("path.basename('/render/shot/1.png')", "1.png"), (#"path.basename('C:\\x\\1.png')"#, "1.png"),
            ("path.basename('/a/b/')", "b"), ("path.basename('/')", "/"), ("path.basename('')", "."),
            ("path.stem('/render/shot.flamenco.blend')", "shot.flamenco"), ("path.stem('C:\\\\x\\\\y')", "y"),
            ("path.stem('')", ""),
        ])
    }

    @Test("words of a command line, and times")
    func texts() async throws {
        try await Self.expect([
            (#"shellSplit("-a 'b c' \"d \\\" e\" f\\ g '' #x\n h")"#, ["-a", "b c", "d \" e", "f g", "", "h"]),
            ("shellSplit('')", []), ("shellSplit(undefined)", []),
            (#"shellSplit("a 'b")"#, "Error: unclosed '"),
            (#"shellSplit("a\\")"#, "Error: trailing backslash"),
            ("formatTimestampLocal(job.created)", "2022-03-15_113104"),
            ("formatTimestampLocal(new Date(2026, 0, 2, 3, 4, 5))", "2026-01-02_030405"),
            ("formatTimestampLocal('soon')", "TypeError: soon is not a time"),
        ])
    }

    @Test("the job as it was submitted")
    func job() async throws {
        try await Self.expect([
            ("job.name", "shot 1"), ("job.jobType", "my-type"), ("job.priority", 50), ("job.metadata.user", "ada"),
            ("job.status", "under-construction"), ("job.storage.shamanCheckoutID", ""), ("job.tasks.length", 0),
        ])
    }

    @Test("a time is told where the manager is")
    func timeZone() async throws {
        let bench = try ScriptBench(environment: ["TZ": "Asia/Tokyo"])
        let tasks = try await bench.tasks(
            JobTypeScript.plain
                + "function compileJob(job) { job.addTask(author.Task(formatTimestampLocal(job.created), 'misc')); }")
        #expect(tasks.map(\.name) == ["2022-03-15_203104"])
    }

    @Test("what a script prints is told, and so is what is odd about its calls")
    func messages() async throws {
        let job = try await ScriptBench().author(
            JobTypeScript.plain + """
                print("at first");
                function compileJob(job) {
                    print("settings:", job.settings, 1, undefined);
                    alert("careful");
                    const task = author.Task("late", "misc");
                    job.addTask(task);
                    task.addCommand(author.Command("echo", { message: undefined, of: [NaN] }));
                    path.basename(job.settings.nothing);
                }
                """, ["a": 1])
        #expect(
            job.messages == [
                "my_type.js: at first", "my_type.js: settings: {\"a\":1} 1 undefined", "my_type.js: alert: careful",
            ])
        #expect(
            job.warnings(CheckedSettings([:], for: job)).map(\.description) == [
                "my_type.js: parameter \"message\" of a command is undefined, which becomes null",
                "my_type.js: parameter \"of[0]\" of a command is NaN, which becomes null",
                "my_type.js: path.basename was called with undefined, which is converted to a string",
                "my_type.js: task \"late\" was changed after job.addTask(); Flamenco ignores such changes: change it before",
            ])
    }
}
