import FlamencoAPI
import Foundation
import JobTypes
import Testing

@Suite("Jobs that are too large")
struct TaskListTests {
    private static let blender: JobSettings = [
        "blendfile": "/a.blend", "render_output_path": "/out/######", "chunk_size": 1, "format": "PNG",
        "image_file_extension": ".png", "fps": 24, "frames": "0-1000000",
    ]

    /// The problem with a job, and how many tasks there were by then.
    private func problem(
        _ jobType: some JobType, _ settings: JobSettings, limits: TaskList.Limits = TaskList.Limits()
    ) throws -> (words: String?, tasks: Int) {
        var list = TaskList(limits: limits)
        let checked = CheckedSettings(settings, for: jobType)
        let error = #expect(throws: SettingError.self) {
            try jobType.compile(checked, submittedAt: Date(timeIntervalSince1970: 0), into: &list)
        }
        return (error?.description, list.tasks.count)
    }

    @Test(
        "are counted before anything is made of them",
        arguments: [
            (
                CommandLineJob(),
                [
                    "commands": .array(Array(repeating: ["echo", "{frame}"], count: 1000)), "frames": "0-1048574",
                    "task_per_command": true,
                ], 1_048_575_000
            ),
            (CommandLineJob(), ["commands": [["true"]], "frames": "1-500000,600000-1048574,5"], 948_575),
            (SimpleBlenderRender(), blender, 1_000_001),
        ] as [(any JobType, JobSettings, Int)])
    func counted(jobType: any JobType, settings: JobSettings, count: Int) throws {
        let (words, tasks) = try problem(jobType, settings)
        #expect(words == "the job has \(count) tasks; the limit is 200000, and at least 1")
        #expect(tasks == 0)
    }

    @Test("are refused when their tasks get too large")
    func bytes() throws {
        var limits = TaskList.Limits()
        limits.bytes = 1 << 20
        let text = String(repeating: "x", count: 50_000)
        let (words, tasks) = try problem(
            CommandLineJob(), ["commands": [["echo", .string(text)]], "frames": "1-200000"], limits: limits)
        #expect(words == "the tasks of the job are too large: more than 1 MiB in total")
        #expect(tasks == 20)
    }

    @Test("are refused when it takes too long to make their tasks")
    func time() throws {
        var limits = TaskList.Limits()
        limits.hasTime = { false }
        let settings: JobSettings = ["message": "m", "sleep_repeats": 10]
        let (words, tasks) = try problem(EchoSleepTest(), settings, limits: limits)
        #expect(words == "creating the tasks of the job takes too long")
        #expect(tasks == 0)
    }
}
