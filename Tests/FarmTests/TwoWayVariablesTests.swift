import Farm
import FlamencoAPI
import Testing

/// A farm's storage as it is called on three platforms, with a folder of its own in it.
private let variables: Variables = {
    var variables = Variables.standard
    variables.set("storage", to: "/mnt/farm/", on: "linux", isTwoWay: true)
    variables.set("storage", to: "/Volumes/farm", on: "darwin", isTwoWay: true)
    variables.set("storage", to: #"R:\"#, on: "windows", isTwoWay: true)
    variables.set("jobs", to: "/mnt/farm/jobs", on: "linux", isTwoWay: true)
    variables.set("jobs", to: #"\\server\jobs"#, on: "windows", isTwoWay: true)
    return variables
}()

@Suite("Two-way variables")
struct TwoWayVariablesTests {
    @Test(
        "paths in a folder become the variable, those of the submitter's platform only",
        arguments: [
            ("linux", "/mnt/farm/a/b.blend", "{storage}/a/b.blend"), ("linux", "/mnt/farm", "{storage}"),
            ("linux", "/mnt/farm/", "{storage}/"), ("linux", "/mnt/farming/a", "/mnt/farming/a"),
            ("linux", "/mnt/farm/jobs/a", "{jobs}/a"), ("linux", "/mnt/farm/jobsite/a", "{storage}/jobsite/a"),
            ("linux", "/MNT/farm/a", "{storage}/a"), ("linux", "see /mnt/farm/a", "see /mnt/farm/a"),
            ("linux", "/mnt/farm/a\\b", "{storage}/a\\b"), ("linux", "{storage}/a", "{storage}/a"),
            ("linux", "R:/a", "R:/a"), ("darwin", "/Volumes/farm/jobs/ü", "{storage}/jobs/ü"),
            ("darwin", "/mnt/farm/a", "/mnt/farm/a"), ("windows", #"R:\a\b.blend"#, "{storage}/a/b.blend"),
            ("windows", "r:/a/b.blend", "{storage}/a/b.blend"), ("windows", #"\\SERVER\jobs\a"#, "{jobs}/a"),
            ("windows", "//server/jobs/a", "{jobs}/a"), ("windows", #"R:\"#, "{storage}/"),
            ("windows", #"RR:\a"#, #"RR:\a"#), ("windows", #"C:\a"#, #"C:\a"#), ("plan9", "/mnt/farm/a", "/mnt/farm/a"),
            ("Linux", "/mnt/farm/a", "{storage}/a"), ("linux", "", ""),
        ])
    func collapse(platform: String, text: String, collapsed: String) {
        #expect(variables.collapse(text, from: platform) == collapsed)
    }

    @Test(
        "for a worker they are paths again, with its own separators",
        arguments: [
            ("linux", "{storage}/a/b.blend", "/mnt/farm/a/b.blend"), ("darwin", "{storage}/a", "/Volumes/farm/a"),
            ("windows", "{storage}/a/b.blend", #"R:\a\b.blend"#), ("windows", "{storage}/", #"R:\"#),
            ("windows", "{storage}", #"R:\"#),
            ("windows", "{jobs}/a/{blender}", #"\\server\jobs\a\blender"#),
            ("windows", "--out={jobs}/a/b", #"--out=\\server\jobs\a\b"#), ("windows", "/a/{blender}", "/a/blender"),
            ("darwin", "{jobs}/a", "{jobs}/a"),
            ("linux", "{jobs}/{000[1-9],0010}.png", "/mnt/farm/jobs/{000[1-9],0010}.png"),
        ])
    func expand(platform: String, text: String, expanded: String) {
        #expect(variables.expand(text, on: platform) == expanded)
    }

    @Test("a submitter's folder may have another name than the workers'")
    func audiences() {
        var variables = variables
        variables.set("storage", to: "/home/me/farm", on: "linux", for: .users, isTwoWay: true)
        variables.set("note", to: "for users", for: .users)
        #expect(variables.collapse("/home/me/farm/a", from: "linux") == "{storage}/a")
        #expect(variables.collapse("/mnt/farm/a", from: "linux") == "/mnt/farm/a")
        #expect(variables.expand("{storage}/a {note}", on: "linux") == "/mnt/farm/a {note}")
        #expect(
            variables.values(on: "linux", for: .users)["storage"]
                == ManagerVariable(value: "/home/me/farm", isTwoWay: true))
        #expect(variables.values(on: "linux", for: .users)["note"] == ManagerVariable(value: "for users"))
        #expect(variables.values(on: "linux")["storage"] == ManagerVariable(value: "/mnt/farm/", isTwoWay: true))
        #expect(variables.values(on: "linux")["note"] == nil)
    }

    @Test("a job from Windows is kept with variables, and runs on Linux with paths")
    func job() throws {
        var bench = FarmBench()
        bench.farm.variables = variables
        let job = try bench.farm.submit(
            SubmittedJob(
                name: "n", type: "command-line",
                settings: ["commands": [["ls", #"R:\a b\c"#, "/mnt/farm/x"]]], metadata: ["file": #"R:\x.blend"#],
                submitterPlatform: "windows"), now: bench.now, using: &bench.dice)
        #expect(job.submitted.settings?["commands"] == [["ls", "{storage}/a b/c", "/mnt/farm/x"]])
        #expect(job.submitted.metadata == ["file": "{storage}/x.blend"])
        let task = try #require(try bench.fetch(try bench.awake()))
        #expect(task.commands[0].parameters["args"] == ["/mnt/farm/a b/c", "/mnt/farm/x"])
    }
}
