import FlamencoAPI
import Foundation
import JobTypes
import TestSupport
import Testing

@Suite("Job types in JavaScript that are wrong", .timeLimit(.minutes(1)))
struct ScriptProblemTests {
    @Test(
        "are refused with file, line and message",
        arguments: [
            ("const JOB_TYPE = {\n  label: 'x'\n  settings: [] };", "my_type.js:3: SyntaxError: Unexpected identifier"),
            ("let x;\nlet x;", "my_type.js:2: SyntaxError: Identifier 'x' has already been declared"),
            ("let x;\n\ny.z();", "my_type.js:3: ReferenceError: y is not defined"),
            ("let x;\nthrow 'not today';", "my_type.js:2: not today"),
            ("// In strict mode, as in Flamenco:\nx = 1;", "my_type.js:2: ReferenceError: x is not defined"),
            ("let x;", "my_type.js: Error: JOB_TYPE is missing"),
            ("const JOB_TYPE = [];", "my_type.js: JOB_TYPE should be an object, but is a list"),
            ("const JOB_TYPE = {};", "my_type.js: JOB_TYPE has no label, the name shown to users"),
            (
                "const JOB_TYPE = { label: 'x', settings: [{ key: 'a', type: 'text' }] };",
                "my_type.js: JOB_TYPE, setting \"a\": \"type\": expected one of \"string\", \"int32\", \"float\", \"bool\", "
                    + "found \"text\""
            ),
            (
                "const JOB_TYPE = { label: 'x', settings: [{ type: 'bool' }] };",
                "my_type.js: JOB_TYPE, setting 1: field \"key\": missing"
            ),
        ])
    func definitions(text: String, words: String) async throws {
        let found = await (try ScriptBench()).problem(text)
        #expect(found?.hasPrefix(words) == true, "\(found ?? "nothing")")
    }

    @Test(
        "say where a job goes wrong in them",
        arguments: [
            ("", "my_type.js: Error: the function compileJob(job) is missing"),
            ("function compileJob(job) {\n  throw `no ${job.name}`;\n}", "my_type.js:3: no shot 1"),
            ("function compileJob(job) {\n  throw { code: 7 };\n}", "my_type.js:3: {\"code\":7}"),
            ("function compileJob(job) {\n  job.settings.a.b = 1;\n}", "my_type.js:3: TypeError: Cannot "),
            ("function compileJob(job) {\n\n  frameChunker('x', 1);\n}", "my_type.js:4: Error: \"x\" in a frame range"),
            (
                "function compileJob(job) {\n  author.Task('a', ' ');\n}",
                "my_type.js:3: Error: author.Task(name, type): the type is missing"
            ),
            (
                "function compileJob(job) {\n  author.Task('a', 'b').addCommand({ name: 'echo' });\n}",
                "my_type.js:3: TypeError: addCommand takes a result of author.Command, but got {\"name\":\"echo\"}"
            ),
            (
                "function compileJob(job) {\n  author.Task('a', 'b').addDependency();\n}",
                "my_type.js:3: TypeError: addDependency takes a task, but got undefined"
            ),
            (
                "function compileJob(job) { const t = author.Task('a', 'b'); job.addTask(t);\n  job.addTask(t);\n}",
                "my_type.js:3: Error: task \"a\" is already added to the job"
            ),
            (
                "function compileJob(job) { const t = author.Task('a', 'b'); t.addDependency(author.Task('c', 'd')); "
                    + "job.addTask(t); }",
                "my_type.js: Error: task \"a\" depends on \"c\", which was not added to the job"
            ),
            (
                "function compileJob(job) { const t = author.Task('a', 'b'); t.addDependency(t); job.addTask(t); }",
                "my_type.js: task \"a\" depends on itself through other tasks"
            ),
            (
                "function compileJob(job) { const t = author.Task('a', 'b'); t.priority = 'high'; job.addTask(t); }",
                "my_type.js: TypeError: the priority of task \"a\" should be a number, but is high"
            ),
            (
                "function compileJob(job) { job.settings = 5; }",
                "my_type.js: the job's settings and metadata should be objects, but the script changed them"
            ),
        ])
    func jobs(text: String, words: String) async throws {
        let found = await (try ScriptBench()).problem(JobTypeScript.plain + text)
        #expect(found?.hasPrefix(words) == true, "\(found ?? "nothing")")
    }

    @Test("are ended when they do not end, and what they printed before is told")
    func endless() async throws {
        var limits = Node.Limits()
        limits.time = .seconds(1)
        let bench = try ScriptBench(limits: limits)
        do {
            _ = try await bench.author(
                JobTypeScript.plain + "function compileJob(job) { print('here'); for (;;) {} }")
            Issue.record("it ended")
        } catch let problem as JobTypeScriptError {
            #expect(problem.description == "my_type.js: the script did not finish within 1 s")
            #expect(problem.messages == ["my_type.js: here"])
        }
        #expect(await bench.problem("for (;;) {}") == "my_type.js: the script did not finish within 1 s")
        let later = JobTypeScript.plain + "function compileJob(job) { Promise.resolve().then(() => { for (;;) {} }); }"
        #expect(await bench.problem(later) == "my_type.js: the script did not finish within 1 s")
    }

    @Test("are ended when they take too much memory")
    func memory() async throws {
        var limits = Node.Limits()
        limits.megabytes = 32
        let words = await (try ScriptBench(limits: limits)).problem(
            JobTypeScript.plain + "const all = []; for (let i = 0; ; i += 1) all.push({ i });")
        #expect(words == "my_type.js: the script used more than 32 MiB of memory")
    }

    @Test(
        "reach neither Node.js nor the manager's environment",
        arguments: [
            "process.env.SECRET", "require('fs').readFileSync('/etc/passwd')",
            "this.constructor.constructor('return process')().env.SECRET",
            "globalThis.constructor.constructor('return process')().env.SECRET",
            "author.Task.constructor('return process')().env.SECRET", "new Function('return process')().env.SECRET",
            "__flamenco.compile.constructor('return process')().env.SECRET",
        ])
    func sandbox(expression: String) async throws {
        let bench = try ScriptBench(environment: ["SECRET": "hunter2", "NODE_OPTIONS": "--expose-gc"])
        let words = await bench.problem(
            JobTypeScript.plain + "function compileJob(job) {\n  throw String(\(expression));\n}")
        #expect(
            words?.contains("is not defined") == true || words?.contains("Cannot read properties of undefined") == true,
            "\(words ?? "nothing")")
    }

    @Test("reach nothing by way of an import that fails")
    func imports() async throws {
        let bench = try ScriptBench(environment: ["SECRET": "hunter2"])
        let tasks = try await bench.tasks(
            JobTypeScript.plain + """
                let found = "nothing";
                import("fs").then((fs) => { found = "fs"; }, (error) => {
                    try { found = error.constructor.constructor("return process.pid")(); } catch (other) { found = `${other}`; }
                });
                function compileJob(job) { job.addTask(author.Task(`${found}`, "misc")); }
                """)
        #expect(tasks.map(\.name).allSatisfy { $0 == "nothing" || $0.hasPrefix("EvalError") }, "\(tasks)")
    }

    @Test("need Node.js in the PATH, which a sentence says")
    func noNode() throws {
        let empty = try TemporaryFolder()
        #expect(
            throws: NodeError.self, "job types in JavaScript need Node.js, but \"node\" is not in the PATH",
            performing: { try Node(environment: ["PATH": empty.url.path]) })
        try empty.write("node", "#!/bin/sh\necho v12.22.1\n", executable: true)
        do {
            _ = try Node(environment: ["PATH": empty.url.path])
            Issue.record("version 12 was taken")
        } catch {
            #expect(error.description == "\(empty.path("node")) is version 12.22.1; job types need 18 or later")
        }
    }
}
