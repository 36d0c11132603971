import FlamencoAPI
import FoundationEssentials
import Testing

@Suite("JSON values that the contract leaves open")
struct JSONValueTests {
    @Test(
        "keep what they are",
        arguments: [
            ("3", .integer(3), "3"), ("-7", .integer(-7), "-7"), ("0", .integer(0), "0"),
            ("9223372036854775807", .integer(.max), "9223372036854775807"),
            ("-9223372036854775808", .integer(.min), "-9223372036854775808"),
            ("9007199254740993", .integer(9_007_199_254_740_993), "9007199254740993"),
            ("18446744073709551615", .number(18_446_744_073_709_551_616), "1.8446744073709552e+19"),
            ("23.976", .number(23.976), "23.976"), ("1e-7", .number(1e-7), "1e-07"),
            ("true", .bool(true), "true"), ("false", .bool(false), "false"), ("null", .null, "null"),
            (#""3""#, .string("3"), #""3""#), (#""""#, .string(""), #""""#),
            ("[]", .array([]), "[]"), ("{}", .object([:]), "{}"),
            (
                #"[1,{"a":[null,{"b":"ü/"}]},1.5]"#,
                .array([1, .object(["a": [nil, .object(["b": "ü/"])]]), 1.5]), #"[1,{"a":[null,{"b":"ü/"}]},1.5]"#
            ),
        ] as [(String, JSONValue, String)])
    func kept(json: String, value: JSONValue, encoded: String) throws {
        #expect(try WireJSON.decode(JSONValue.self, from: Data(json.utf8)) == value)
        #expect(String(decoding: try WireJSON.encode(value), as: UTF8.self) == encoded)
    }

    @Test(
        "a whole number that was rounded to one that fits is none",
        arguments: ["-9223372036854775809", "9223372036854775808"])
    func rounded(text: String) {
        #expect(throws: JSONError.self) { try WireJSON.decode([Int].self, from: Data("[\(text)]".utf8)) }
        #expect(throws: Never.self) { try WireJSON.decode([Double].self, from: Data("[\(text)]".utf8)) }
    }

    @Test("a number that nothing can hold is an error that says where it is")
    func tooLarge() {
        #expect(
            throws: JSONError(
                path: "", problem: "not valid JSON: line 1, column 17: the number 1e999 is too large")
        ) {
            try WireJSON.decode(JSONValue.self, from: Data(#"{"a": [0, {"b": 1e999}]}"#.utf8))
        }
    }

    @Test("describe themselves as JSON")
    func description() throws {
        let value: JSONValue = ["b": [1, 2.5, nil, true], "a": "x\"\n"]
        #expect(value.description == #"{"a": "x\"\n", "b": [1, 2.5, null, true]}"#)
        #expect(try WireJSON.decode(JSONValue.self, from: Data(value.description.utf8)) == value)
    }
}
