import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("Words of a shell line")
struct ShellWordsTests {
    @Test(
        "are split as a POSIX shell splits them, expanding nothing",
        arguments: [
            ("", []),
            (" \t\n ", []),
            ("-b -y", ["-b", "-y"]),
            ("  -b\t\t-y\n", ["-b", "-y"]),
            ("''", [""]),
            ("'' \"\" x", ["", "", "x"]),
            ("'a b' \"c d\"", ["a b", "c d"]),
            ("a'b c'd\"e f\"g", ["ab cde fg"]),
            ("'it'\\''s'", ["it's"]),
            ("'a\"b' \"a'b\"", ["a\"b", "a'b"]),
            ("a\\ b \\'c \\\"d \\\\", ["a b", "'c", "\"d", "\\"]),
            ("'a\\b' 'a\\'", ["a\\b", "a\\"]),
            (#""a\"b" "a\\b" "\$HOME" "\`x\`""#, ["a\"b", "a\\b", "$HOME", "`x`"]),
            (#""a\nb" "C:\Users\x" "\'""#, [#"a\nb"#, #"C:\Users\x"#, #"\'"#]),
            ("one\\\ntwo \"three\\\nfour\" 'five\\\nsix'", ["onetwo", "threefour", "five\\\nsix"]),
            ("$HOME ${X} `id` $(id) ~ *.png {a,b} [x] ?", "$HOME ${X} `id` $(id) ~ *.png {a,b} [x] ?".split(" ")),
            ("a;b && c | d > e # f !g", "a;b && c | d > e # f !g".split(" ")),
            ("'日本 語' gemälde\\ ü \"\u{301}x\"", ["日本 語", "gemälde ü", "\u{301}x"]),
            ("a\r\nb \u{A0}", ["a\r", "b", "\u{A0}"]),
            ("--python-expr 'import bpy; print(\"x\")'", ["--python-expr", "import bpy; print(\"x\")"]),
        ] as [(String, [String])])
    func splitting(line: String, words: [String]) throws {
        #expect(try ShellWords.split(line) == words)
    }

    @Test(
        "an open end is an error with its place",
        arguments: [
            ("'", .unclosedQuote("'"), 1), ("ab 'c d", .unclosedQuote("'"), 4), ("\"a\\\"", .unclosedQuote("\""), 1),
            ("'a'\"b", .unclosedQuote("\""), 4), ("\"a\\", .unclosedQuote("\""), 1),
            ("ab\\", .nothingAfterBackslash, 3),
            ("'ä\u{301}' '", .unclosedQuote("'"), 6),
        ] as [(String, ShellWordsError.Problem, Int)])
    func openEnds(line: String, problem: ShellWordsError.Problem, position: Int) throws {
        #expect(throws: ShellWordsError(problem: problem, position: position)) { try ShellWords.split(line) }
    }

    @Test(
        "are quoted only where they have to be",
        arguments: [
            ("", "''"), ("-b", "-b"), ("/a/b-c_d.e:f,g=h+i@j%k", "/a/b-c_d.e:f,g=h+i@j%k"), ("a b", "'a b'"),
            ("it's", "'it'\\''s'"), ("$x", "'$x'"), ("~", "'~'"), ("ü", "'ü'"), ("a\nb", "'a\nb'"), ("*", "'*'"),
        ])
    func quoting(word: String, quoted: String) {
        #expect(ShellWords.quote(word) == quoted)
    }

    @Test("come back as they were, whatever is in them", arguments: 0..<50 as Range<UInt64>)
    func roundTrip(seed: UInt64) throws {
        var random = SeededNumbers(seed: seed)
        let alphabet: [Character] = Array("ab '\"\\\n\t\r$`~*?#;&|<>(){}[]!=-ü語") + ["\u{301}", "\r\n", "👩‍👩‍👧"]
        for _ in 0..<200 {
            let words = (0..<Int.random(in: 0...5, using: &random)).map { _ in
                String(
                    (0..<Int.random(in: 0...8, using: &random)).map { _ in alphabet.randomElement(using: &random) ?? "a"
                    })
            }
            #expect(try ShellWords.split(ShellWords.join(words)).map { Array($0.utf8) } == words.map { Array($0.utf8) })
        }
    }

    @Test("are read back by a real shell as they were")
    func realShell() async throws {
        let words = ["", "a b", "it's", "$HOME `id` ~ *", "\\", "\"", "a\nb", "#x", "-", "ü\u{301}", "a;b|c&d>e!"]
        let shell = try RunningProgram("/bin/sh", ["-c", "printf '%s\\0' " + ShellWords.join(words)])
        #expect(await shell.end().output == words.map { $0 + "\0" }.joined())
    }

    @Test("an exe that exists is that file, any other is split")
    func exe() async throws {
        let bench = try ExternalBench()
        let context = bench.context()
        let spaced = try bench.folder.write("My Blender's/blender -b", "", executable: true)
        #expect(try await context.program(exe: spaced, ["-a"]) == Program(spaced, ["-a"]))
        #expect(
            try await context.program(exe: spaced, exeArgs: "-y 'x y'", ["-a"]) == Program(spaced, ["-y", "x y", "-a"]))
        #expect(
            try await context.program(exe: "/opt/blender -b '-y z'") == Program("/opt/blender", ["-b", "-y z"]))
        #expect(try await context.program(exe: "blender", exeArgs: nil) == Program("blender"))
        let parent = bench.folder.path("My Blender's")
        await #expect(throws: ParameterError.self) { try await context.program(exe: parent) }
        await #expect(
            throws: ParameterError(
                parameter: "exeArgs", expected: "words as in a shell",
                found: "\"-x 'y\", where the quotation mark ' at character 4 is not closed")
        ) { try await context.program(exe: "blender", exeArgs: "-x 'y") }
    }

    @Test("an exe without a program is an error", arguments: ["", "  ", "''", "'' -b"])
    func noProgram(exe: String) {
        #expect(throws: ParameterError(parameter: "exe", expected: "a program", found: "\"\(exe)\"")) {
            try Program(exe: exe, isFile: false)
        }
    }

    @Test("a program's line can be pasted into a shell")
    func commandLine() {
        #expect(
            Program("/opt/My Blender/blender", ["-b", "it's.blend"]).commandLine
                == "'/opt/My Blender/blender' -b 'it'\\''s.blend'")
    }
}

extension String {
    fileprivate func split(_ separator: Character) -> [String] { split(separator: separator).map(String.init) }
}
