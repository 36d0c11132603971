import FlamencoAPI
import JobTypes
import Testing

@Suite("Settings of jobs")
struct SettingsTests {
    @Test(
        "settings that no tasks can be made of are refused, with name, expectation and what came",
        arguments: [
            ("frames", nil, "setting \"frames\": expected a string, found nothing"),
            ("frames", .null, "setting \"frames\": expected a string, found null"),
            ("frames", ["1"], "setting \"frames\": expected a string, found [\"1\"]"),
            (
                "frames", "5-1",
                "setting \"frames\": expected frames as in 1-10 or 1,4-7,12, found \"5-1\": \"5-1\" goes backwards; write 1-5"
            ),
            ("chunk_size", 0, "setting \"chunk_size\": expected a whole number, 1 or more, found 0"),
            ("chunk_size", "two", "setting \"chunk_size\": expected a whole number, found \"two\""),
            ("render_output", nil, "setting \"render_output\": expected a string, found nothing"),
        ] as [(String, JSONValue?, String)])
    func problems(key: String, value: JSONValue?, words: String) {
        var settings = exampleSettings
        settings[key] = value
        #expect(SimpleBlenderRender().problem(settings) == words)
    }

    @Test(
        "settings that are only not as they should be are taken, with a warning",
        arguments: [
            ("chunk_size", "3", "setting \"chunk_size\": expected a whole number, 1 or more, found \"3\""),
            ("chunk_size", 1.5, "setting \"chunk_size\": expected a whole number, 1 or more, found 1.5"),
            ("fps", true, "setting \"fps\": expected a number from 0.01 to 1000, found true"),
            ("fps", 0, "setting \"fps\": expected a number from 0.01 to 1000, found 0"),
            ("extract_audio", 1, "setting \"extract_audio\": expected true or false, found 1"),
            (
                "images_or_video", "both",
                "setting \"images_or_video\": expected one of \"images\", \"video\", found \"both\""
            ),
            (
                "filepath", "scene.blend",
                "setting \"filepath\": expected the absolute path of a file, found \"scene.blend\""
            ),
            (
                "filepath", "/a\u{0}b",
                "setting \"filepath\": expected the absolute path of a file, found \"/a\\u0000b\""
            ),
            (
                "chunksize", 3,
                "setting \"chunksize\": job type simple-blender-render has no such setting; did you mean \"chunk_size\"?"
            ),
            (
                "output_file_extension", ".jpg",
                "setting \"output_file_extension\": expected \".png\", which Blender uses for PNG files, found \".jpg\""
            ),
        ] as [(String, JSONValue?, String)])
    func warnings(key: String, value: JSONValue?, words: String) {
        var settings = exampleSettings
        settings[key] = value
        #expect(SimpleBlenderRender().problem(settings) == nil)
        #expect(SimpleBlenderRender().warnings(settings) == [words])
    }

    @Test(
        "paths of every platform and of variables are absolute",
        arguments: ["/a.blend", "{shared}/a.blend", "C:/a.blend", "C:\\a.blend", "\\\\server\\a.blend"])
    func absolutePaths(path: String) {
        var settings = exampleSettings
        settings["filepath"] = .string(path)
        #expect(SimpleBlenderRender().warnings(settings).isEmpty)
    }

    @Test("defaults are filled in, and what was submitted stays as it was")
    func defaults() {
        let settings = CheckedSettings(
            ["filepath": "/a.blend", "render_output": "/f/", "frames": "1", "fps": 25], for: SimpleBlenderRender())
        #expect(
            settings.values == [
                "filepath": "/a.blend", "render_output": "/f/", "frames": "1", "fps": 25, "blender_cmd": "{blender}",
                "chunk_size": 1, "extract_audio": false, "images_or_video": "images", "format": "PNG",
            ])
    }

    @Test(
        "every job type is listed, and its definition is one that the contract can say",
        arguments: APIDialect.allCases)
    func definitions(dialect: APIDialect) throws {
        let types = JobTypeRegistry.builtin.available(in: dialect)
        #expect(types.jobTypes.map(\.name) == ["command-line", "commands", "echo-sleep-test", "simple-blender-render"])
        for type in types.jobTypes {
            #expect(Set(type.settings.map(\.key)).count == type.settings.count)
            for setting in type.settings {
                #expect(setting.type.unknownSpelling == nil)
                #expect(setting.choices == nil || setting.type == .string)
            }
        }
        #expect(try WireJSON.decode(AvailableJobTypes.self, from: try WireJSON.encode(types)) == types)
    }
}
