import FlamencoAPI
import FoundationEssentials
import JobTypes
import Testing

@Suite("Jobs that are made by JavaScript", .timeLimit(.minutes(1)))
struct ScriptJobTests {
    /// The calls that job types of others make: tiles of one image, a merge behind them, extra arguments, priorities from the
    /// ends inwards, settings that are replaced and taken away.
    private static let tiles = """
        const JOB_TYPE = {
            label: "Tiles", description: "One image in tiles.",
            settings: [
                { key: "size", type: "int32", default: 64 },
                { key: "width", type: "int32", required: true, eval: "C.scene.render.resolution_x", visible: "hidden" },
                { key: "output", type: "string", subtype: "file_path", editable: false },
                { key: "extra", type: "string", required: false },
            ],
        };
        const prepare = `
        import bpy
        bpy.context.scene.render.use_border = True
        `;
        const lossy = new Set(["JPEG"]);

        function compileJob(job) {
            const settings = job.settings;
            settings.output = settings.output.replace(/{([^}]+)}/g, (match, name) =>
                name === "timestamp" ? formatTimestampLocal(job.created) : match);
            if (lossy.has(settings.format)) throw `no tiles of ${settings.format}`;
            const folder = path.dirname(settings.output);
            const tasks = [];
            for (let x = 0; x < settings.width; x += settings.size) {
                const task = author.Task(`  tile-${x} `, "blender");
                task.addCommand(author.Command("blender-render", {
                    exe: "{blender}", exeArgs: "{blenderArgs}", argsBefore: [], blendfile: "/x.blend",
                    args: ["--render-output", path.join(folder, path.basename(settings.output), `${x}`),
                        "--python-expr", prepare.trim().split("\\n").join("; ")].concat(shellSplit(settings.extra)),
                }, 12));
                tasks.push(task);
            }
            tasks[0].priority = Math.max(90, tasks[0].priority);
            const merge = author.Task("merge", "blender");
            for (const task of tasks) { merge.addDependency(task); job.addTask(task); }
            merge.priority = 100;
            job.addTask(merge);
            if (!settings.extra) delete settings.extra;
            job.metadata["tiles"] = `${tasks.length}`;
            job.name = `${job.name} in tiles`;
            job.priority = 70;
        }
        """

    @Test("have tasks with commands, steps, priorities and dependencies, and the settings that the script left")
    func tiles() async throws {
        let bench = try ScriptBench()
        let settings: JobSettings = ["width": 128, "output": "/r/{timestamp}/shot", "extra": ""]
        let job = try await bench.author(Self.tiles, settings)
        let checked = CheckedSettings(settings, for: job)
        let tasks = try job.compile(checked, submittedAt: .now)
        #expect(tasks.map(\.name) == ["tile-0", "tile-64", "merge"])
        #expect(tasks.map(\.type) == ["blender", "blender", "blender"])
        #expect(tasks.map(\.priority) == [90, 50, 100])
        #expect(tasks.map(\.dependencies) == [[], [], [0, 1]])
        #expect(
            tasks[1].commands == [
                Command(
                    name: "blender-render",
                    parameters: [
                        "exe": "{blender}", "exeArgs": "{blenderArgs}", "argsBefore": [], "blendfile": "/x.blend",
                        "args": [
                            "--render-output", "/r/2022-03-15_113104/shot/64", "--python-expr",
                            "import bpy; bpy.context.scene.render.use_border = True",
                        ],
                    ], totalStepCount: 12)
            ])
        #expect(
            job.kept(checked, submittedAt: .now)
                == ["width": 128, "size": 64, "output": "/r/2022-03-15_113104/shot"])
        #expect(job.submitted.name == "shot 1 in tiles")
        #expect(job.submitted.priority == 70)
        #expect(job.submitted.metadata == ["user": "ada", "tiles": "2"])
        #expect(job.warnings(checked).isEmpty)
    }

    @Test("are of a type whose definition is passed on as it is, but for what was written otherwise in 2022")
    func definition() async throws {
        let script = try await ScriptBench().script(
            """
            const JOB_TYPE = {
                label: "All", description: "All there is.", colour: "red",
                settings: [
                    { key: "a", type: "string", subtype: "dir_path", label: "A", description: "D", required: true,
                      editable: false, visible: "submission", eval: "C.scene.name",
                      evalInfo: { showLinkButton: true, description: "the scene" } },
                    { key: "b", type: "string", choices: ["x", "y"], default: "x" },
                    { key: "c", type: "int32", propargs: { min: 1, max: 9 }, default: 10, visible: false, lable: "C" },
                    { key: "d", type: "float", default: 0.5 }, { key: "e", type: "bool", default: true },
                ],
            };
            """, file: "all_there_is.js")
        #expect(script.name == "all-there-is")
        #expect(
            script.definition
                == AvailableJobType(
                    name: "all-there-is", label: "All", description: "All there is.",
                    settings: [
                        AvailableJobSetting(
                            key: "a", type: .string, subtype: .dirPath, label: "A", description: "D",
                            eval: "C.scene.name",
                            evalInfo: AvailableJobSettingEvalInfo(showLinkButton: true, description: "the scene"),
                            visible: .submission, required: true, editable: false),
                        AvailableJobSetting(key: "b", type: .string, choices: ["x", "y"], default: "x"),
                        AvailableJobSetting(
                            key: "c", type: .int32, propargs: ["min": 1, "max": 9], default: 10, visible: .hidden),
                        AvailableJobSetting(key: "d", type: .float, default: 0.5),
                        AvailableJobSetting(key: "e", type: .bool, default: true),
                    ], etag: script.definition.etag))
        #expect(
            script.warnings == [
                "JOB_TYPE: \"colour\" is not known to Flamenco",
                "setting \"c\": \"lable\" is not known to Flamenco; did you mean \"label\"?",
                "setting \"c\": its default: expected a whole number from 1 to 9, found 10",
            ])
    }

    @Test("are refused where they have too many tasks")
    func limits() async throws {
        let job = try await ScriptBench().author(
            JobTypeScript.plain
                + "function compileJob(job) { for (let i = 0; i < 9; i += 1) job.addTask(author.Task(`${i}`, 'misc')); }"
        )
        var limits = TaskList.Limits()
        limits.tasks = 8
        let checked = CheckedSettings([:], for: job)
        #expect(throws: SettingError(ofJob: "the job has 9 tasks; the limit is 8, and at least 1")) {
            try job.compile(checked, submittedAt: .now, limits: limits)
        }
    }
}
