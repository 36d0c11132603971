import FlamencoAPI
import Foundation
import TestSupport
import Testing

@Suite("JSON5 that people write")
struct JSON5DocumentTests {
    @Test("has comments, names and texts in all their forms")
    func right() throws {
        let members = try JSON5Document.members(
            of: Data(
                """
                // A comment.
                {
                    name: 'it\\'s', "quoted": "x // no comment", /* and another */ $a_1: [1, -2, +3, .5, 5., 0x1F, 1e3,],
                    nothing: null, yes: true,
                }
                """.utf8))
        #expect(members["name"] == "it's" && members["quoted"] == "x // no comment" && members["yes"] == true)
        #expect(members["$a_1"] == [1, -2, 3, 0.5, 5, 31, 1000])
    }

    @Test(
        "says where it is wrong, and why",
        arguments: [
            ("", 1, 1, "expected a value, found the end of the file"),
            ("{\n  a: 1\n  b: 2\n}", 3, 3, "expected \",\" or \"}\", found \"b\""),
            ("{\n  cpus 8\n}", 2, 8, "expected \":\" after cpus, found \"8\""),
            ("{a: 1", 1, 6, "expected \",\" or \"}\", found the end of the file"),
            ("{a: [1, 2}", 1, 10, "expected \",\" or \"]\", found \"}\""),
            ("{a: blender}", 1, 5, "expected a value; text has to be in quotes, found \"blender\""),
            ("{a: 10s}", 1, 5, "\"10s\" is not a number; text has to be in quotes"),
            ("{a: 'x\n}", 1, 5, "the text that begins here has no closing quotation mark in its line"),
            ("{a: 1,, b: 2}", 1, 7, "expected a name or \"}\", found \",\""),
            ("{ /* x\n}", 1, 3, "the comment that begins here has no end"),
            ("{a: 'é', b: 'x' c: 1}", 1, 17, "expected \",\" or \"}\", found \"c\""),
            ("{a: 1}\n}", 2, 1, "expected the end of the file, found \"}\""),
            ("{\r\n  a: 1,\r\n  b 2\r\n}", 3, 5, "expected \":\" after b, found \"2\""),
            ("{a: 'C:\\studio'}", 1, 8, "there is no escape \"\\s\": write a backslash as \"\\\\\""),
            ("{a: /x}", 1, 5, "expected a value or a comment, found \"/\""),
        ])
    func wrong(text: String, line: Int, column: Int, problem: String) throws {
        let error = #expect(throws: JSONError.self) { try JSON5Document.members(of: Data(text.utf8)) }
        #expect(error?.problem == problem)
        #expect(error?.location?.line == line && error?.location?.column == column, "\(String(describing: error))")
        let lines = text.split(omittingEmptySubsequences: false, whereSeparator: \.isNewline)
        #expect(error?.location?.text == String(lines[line - 1]))
        #expect(error?.description == "line \(line), column \(column): \(problem)")
    }

    @Test("gets a place whenever a decoder refuses its text, however that was changed")
    func noise() throws {
        var numbers = SeededNumbers(seed: 7)
        let text = #"{a: 'x', "b": [1, -2.5, 0x1F], c: {d: null, e: true}, /* f */ g: "\n"} // end"#
        let alphabet = Array("{}[]:,'\"/*ab10.- \n\\")
        var refused = 0
        for _ in 0..<3000 {
            var changed = Array(text)
            let place = Int.random(in: 0..<changed.count, using: &numbers)
            switch Int.random(in: 0..<3, using: &numbers) {
            case 0: changed.remove(at: place)
            case 1: changed.insert(alphabet.randomElement(using: &numbers) ?? " ", at: place)
            default: changed[place] = alphabet.randomElement(using: &numbers) ?? " "
            }
            do throws(JSONError) {
                _ = try JSON5Document.members(of: Data(String(changed).utf8))
            } catch {
                refused += 1
                #expect(
                    error.location != nil || !error.path.isEmpty || error.problem.hasPrefix("expected an object"),
                    "\(String(changed)): \(error)")
            }
        }
        #expect(refused > 500)
    }
}
