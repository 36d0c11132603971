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
            ("a: 1\n\nb", "line 3: \"b\" is not \"key: value\""),
            ("  a: b", "line 1: \"a: b\" is indented, but belongs to no key"),
            ("a: 1\n---\nb: 2", "line 2: a second document is not supported"),
            ("- a", "line 1: unexpected list item"),
            ("a: 1\n- b", "line 2: unexpected list item"),
            ("a: 1\na: 2", "line 2: \"a\" is already set in line 1"),
            ("a:b", "line 1: \"a:b\" is not \"key: value\""),
        ])
    func refusing(text: String, message: String) {
        let error = #expect(throws: FlatYAMLError.self) { try FlatYAML(text) }
        #expect(error?.description == message)
    }

    @Test(
        "keep what is not understood with its key, and go on behind it",
        arguments: [
            ("a:\n  b: 1\n  c:\n    - d", "has nested values (line 2)"),
            ("a:\n- b: 1", "has \"b: 1\" in its list, which is not supported (line 2)"),
            ("a: |\n  text\n  # text", "continues in line 2, which is not supported"),
            ("a: b\n  c", "continues in line 2, which is not supported"),
            ("a: {b: c}", "has an unsupported value: {b: c}"),
            ("a: *b", "has an unsupported value: *b"),
            ("a: \"b", "has an unsupported quoted string: \"b"), ("a: [b", "has an unterminated list: [b"),
            ("a: [b,,c]", "has an unsupported list: [b,,c]"),
            ("a: 'b' c", "has text after its quoted string: 'b' c"),
        ])
    func keeping(text: String, problem: String) throws {
        let yaml = try FlatYAML(text + "\nz: 1")
        #expect(yaml.entries.map(\.key) == ["a", "z"])
        #expect(yaml["a"] == .other(problem))
        #expect(yaml["z"] == .text("1"))
    }

    @Test("have lines of any system, and a byte order mark", arguments: ["\n", "\r\n", "\r"])
    func lineEnds(end: String) throws {
        let yaml = try FlatYAML("\u{FEFF}" + ["a: 1", "", "b: [x,", "  y]", "c:", "- z", ""].joined(separator: end))
        #expect(yaml.entries.map(\.line) == [1, 3, 5])
        #expect(yaml["a"] == .text("1"))
        #expect(yaml["b"] == .list(["x", "y"]))
        #expect(yaml["c"] == .list(["z"]))
    }

    @Test(
        "have quotes and comments as YAML means them",
        arguments: [
            ("'it''s'", "it's"), ("\"a\\tb \\u00e9\"", "a\tb é"), ("Jim's # x", "Jim's"), ("a#b", "a#b"),
            ("a\t# c", "a"),
            ("'a # b' # c", "a # b"), ("\"q # \\\" z\" # c", "q # \" z"), ("b, 'c # d'", "b, 'c"),
            ("http://x:1/#y", "http://x:1/#y"),
        ])
    func texts(text: String, value: String) throws {
        #expect(try FlatYAML("a: \(text)")["a"] == .text(value))
    }

    @Test("have nothing behind a key in several ways", arguments: ["", " # none", " ''", " \"\"", " ~", " null"])
    func empty(text: String) throws {
        #expect(try FlatYAML("a:\(text)\nb: 1")["a"] == .empty)
    }
}
