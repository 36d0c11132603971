import FlamencoAPI
import FoundationEssentials
import Testing

@Suite("What is wrong with a JSON text")
struct JSONErrorTests {
    private struct Small: Decodable {
        let byte: UInt8?
        let list: [Double]?
        let flag: Bool?
        let members: [String: Int]?
        let nested: [[Int]]?
    }

    @Test(
        "is said in a sentence that names the field, what was expected and what came",
        arguments: [
            (#"{"name":"n","type":"t","priority":1.5}"#, "field \"priority\": expected a whole number, found 1.5"),
            (#"{"name":"n","type":"t","priority":1e30}"#, "field \"priority\": expected a whole number, found 1e+30"),
            (
                #"{"name":"n","type":"t","priority":1e999}"#,
                "not valid JSON: line 1, column 35: the number 1e999 is too large"
            ),
            (#"{"name":"n","type":"t","priority":"5"}"#, "field \"priority\": expected a whole number, found a string"),
            (#"{"name":"n","type":"t","priority":true}"#, "field \"priority\": expected a whole number, found true"),
            (#"{"name":3,"type":"t"}"#, "field \"name\": expected a string, found 3"),
            (#"{"name":null,"type":"t"}"#, "field \"name\": expected a string, found null"),
            (#"{"name":["n"],"type":"t"}"#, "field \"name\": expected a string, found a list"),
            (#"{"name":"n"}"#, "field \"type\": missing"),
            (#"{"name":"n","type":"t","settings":[]}"#, "field \"settings\": expected an object, found a list"),
            (#"{"name":"n","type":"t","metadata":{"a":1}}"#, "field \"metadata.a\": expected a string, found 1"),
            ("[]", "expected an object, found a list"), (#""x""#, "expected an object, found a string"),
            ("3", "expected an object, found 3"), ("null", "expected an object, found null"),
            ("", "not valid JSON: line 1, column 1: expected a value, found the end of the text"),
            ("{", "not valid JSON: line 1, column 2: expected the name of a member, found the end of the text"),
            ("<html>", "not valid JSON: line 1, column 1: expected a value, found \"<\""),
            ("{}\n x", "not valid JSON: line 2, column 2: expected the end of the text, found \"x\""),
            (#"{"ä":"n" "type":"t"}"#, "not valid JSON: line 1, column 10: expected \",\" or \"}\", found \"\"\""),
            (
                "{\"name\":\"\u{1}\"}",
                "not valid JSON: line 1, column 10: expected a character that is allowed in a string, found the byte 0x01"
            ),
        ])
    func job(json: String, sentence: String) {
        expect(SubmittedJob.self, json, sentence)
    }

    @Test(
        "is said for every kind of value",
        arguments: [
            (#"{"byte":300}"#, "field \"byte\": expected a whole number from 0 to 255, found 300"),
            (#"{"byte":-1}"#, "field \"byte\": expected a whole number from 0 to 255, found -1"),
            (#"{"list":[1,2.5,"x"]}"#, "field \"list[2]\": expected a number, found a string"),
            (#"{"list":[1,null]}"#, "field \"list[1]\": expected a number, found null"),
            (#"{"list":{}}"#, "field \"list\": expected a list, found an object"),
            (#"{"flag":1}"#, "field \"flag\": expected true or false, found 1"),
            (#"{"members":{"a":1,"b":2.5}}"#, "field \"members.b\": expected a whole number, found 2.5"),
            (#"{"nested":[[],[1,0.5]]}"#, "field \"nested[1][1]\": expected a whole number, found 0.5"),
        ])
    func kinds(json: String, sentence: String) {
        expect(Small.self, json, sentence)
    }

    @Test("is said of a task with the place of the command")
    func command() {
        expect(
            AssignedTask.self, #"{"uuid":"t","commands":[{"name":"echo","parameters":{}},{"parameters":{}}]}"#,
            "field \"commands[1].name\": missing")
    }

    @Test("is said of a date that is none")
    func date() {
        expect(
            Job.self,
            #"{"name":"n","type":"t","id":"j","created":"yesterday","updated":"2026-01-01T00:00:00Z","status":"active"}"#,
            "field \"created\": expected a date and time as in RFC 3339, found \"yesterday\"")
    }

    private func expect(_ type: any Decodable.Type, _ json: String, _ sentence: String) {
        func decode<Value: Decodable>(_ type: Value.Type) throws {
            _ = try WireJSON.decode(type, from: Data(json.utf8))
        }
        let problem = #expect(throws: JSONError.self) { try decode(type) }
        #expect(problem?.description == sentence)
    }
}
