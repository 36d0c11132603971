import Agent
import Testing

@Suite("Flamenco Worker's files")
struct FlatYAMLTests {
    @Test("are read with words, quoted texts, comments and lists of both kinds")
    func reading() throws {
        let yaml = try FlatYAML(
            """
            # Made by hand
            ---
            manager_url: http://manager:8080/ # ours
            worker_name: "node # 7"
            task_types: [blender, 'ffmpeg' , misc]
            others:
              - one
            - two
            restart_exit_code: 47
            empty:
            none: []
            """)
        #expect(yaml["manager_url"] == .text("http://manager:8080/"))
        #expect(yaml["worker_name"] == .text("node # 7"))
        #expect(yaml["task_types"] == .list(["blender", "ffmpeg", "misc"]))
        #expect(yaml["others"] == .list(["one", "two"]))
        #expect(yaml["restart_exit_code"] == .text("47"))
        #expect(yaml["empty"] == .empty)
        #expect(yaml["none"] == .list([]))
        #expect(yaml["absent"] == nil)
        #expect(yaml.entries.map(\.line) == [3, 4, 5, 6, 9, 10, 11])
    }

    @Test(
        "are refused with the line where they are something else",
        arguments: [
            ("a: 1\n\nb", "line 3: “b” is neither “key: value” nor “- item”"),
            ("a:\n  b: 1", "line 2: nested values are not understood"),
            ("- a", "line 1: a list item stands where no list begins"),
            ("a: 1\n- b", "line 2: a list item stands where no list begins"),
            ("a: [b", "line 1: the list does not end in this line"),
            ("a: |\n", "line 1: the value “|” is not understood"),
            ("a: {b: c}", "line 1: the value “{b: c}” is not understood"),
            ("a: \"b", "line 1: the quoted text \"b is not understood"),
            ("a: \"b\\n\"", "line 1: the quoted text \"b\\n\" is not understood"),
            ("a: 1\na: 2", "line 2: “a” stands in line 1 already"),
            ("a:b", "line 1: “a:b” is not “key: value”"),
            ("a: [b,,c]", "line 1: a value is missing"),
        ])
    func refusing(text: String, message: String) {
        let error = #expect(throws: FlatYAMLError.self) { try FlatYAML(text) }
        #expect(error?.description == message)
    }
}
