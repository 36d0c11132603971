import CommandLineOptions

/// A working example of a job type in JavaScript, and a test of it.
enum JobTypeScaffold {
    /// Returns a folder for a job type of this name.
    ///
    /// - Throws: ``UsageError`` if the name is not valid for a job type.
    static func folder(for name: String) throws(UsageError) -> NewFolder {
        guard name.wholeMatch(of: #/[a-z][a-z0-9]*(-[a-z0-9]+)*/#) != nil else {
            throw UsageError("the name of a job type should be like \"count-words\", but is \"\(name)\"")
        }
        return NewFolder(
            name: name,
            files: [.init(name: "\(name).js", text: script(name)), .init(name: "test.mjs", text: test(name))])
    }

    private static func script(_ name: String) -> String {
        """
        // \(name): prints greetings, a few people per task, and sleeps at the end.

        const JOB_TYPE = {
            label: "\(label(name))",
            description: "Greets people.",
            settings: [
                { key: "names", type: "string", required: true, description: "The people to greet, separated by commas" },
                { key: "chunk_size", type: "int32", default: 2, propargs: { min: 1 },
                  description: "Number of people greeted by each task", visible: "submission" },
            ],
        };

        function compileJob(job) {
            const names = job.settings.names.split(",").map((name) => name.trim()).filter((name) => name !== "");
            if (names.length === 0) throw "no names are given";

            // Add all commands to a task before adding it to the job.
            const end = author.Task("end", "misc");
            end.addCommand(author.Command("sleep", { duration_in_seconds: 1 }));
            for (const chunk of frameChunker(`1-${names.length}`, job.settings.chunk_size)) {
                const [first, last = first] = chunk.split(/[-,]/).map(Number);
                const task = author.Task(`greet-${chunk}`, "misc");
                for (const name of names.slice(first - 1, last)) {
                    task.addCommand(author.Command("echo", { message: `Hello, ${name}!` }));
                }
                end.addDependency(task);
                job.addTask(task);
            }
            job.addTask(end);
        }

        """
    }

    private static func label(_ name: String) -> String {
        name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined(separator: " ")
    }

    private static func test(_ name: String) -> String {
        """
        // Compiles jobs as a manager does, and checks their tasks: node \(name)/test.mjs

        import assert from "node:assert/strict";
        import { spawnSync } from "node:child_process";
        import { fileURLToPath } from "node:url";
        import test from "node:test";

        const script = fileURLToPath(new URL("\(name).js", import.meta.url));

        function check(settings) {
            const words = ["job-types", "check", script, "--json"];
            for (const [name, value] of Object.entries(settings)) words.push("--set", `${name}=${JSON.stringify(value)}`);
            return spawnSync(process.env.MANAGER_LITE ?? "manager-lite", words, { encoding: "utf8" });
        }

        test("greets everybody before the last task", () => {
            const { status, stdout, stderr } = check({ names: "Ada, Grace, Edsger", chunk_size: 2 });
            assert.equal(status, 0, stderr);
            const { tasks } = JSON.parse(stdout);
            assert.deepEqual(tasks.map((task) => task.name), ["greet-1,2", "greet-3", "end"]);
            assert.deepEqual(tasks.map((task) => task.commands.length), [2, 1, 1]);
            assert.deepEqual(tasks[2].dependencies, [0, 1]);
        });

        test("reports why there is no job", () => {
            const { status, stderr } = check({ names: " , " });
            assert.equal(status, 1);
            assert.match(stderr, /\(name)\\.js:\\d+: no names are given/);
        });

        """
    }
}
