import FlamencoAPI
import FoundationEssentials
import TestSupport
import Testing

@Suite("JSON on the wire")
struct JSONParserTests {
    @Test(
        "whatever is right is read as Foundation's decoder reads it",
        arguments: [
            "{}", " \n{ } \r\t", "[]", "[ ]", "null", "true", " false ", "3", #""""#, "\u{FEFF}{}",
            "\t{ \"log\" :\n\"x\" , \"activity\" : \"y\" }\n", #"{"a":1,"a":2,"a":3}"#, #"{"l\u006fg":"x"}"#,
            #"["\u00e9\u2028\u0000\u007f", "\ud83c\udfac", "\uD83C\uDFAC\n", "\\", "\\\"", "\/\b\f\n\r\t"]"#,
            "[\"\u{7F}\u{80}ü\u{FFFF}\u{10FFFF}\", \"01234567\", \"0123456\u{e9}\", \"\"]",
            "[0, -0, -0.0, 0.0e5, 3.0, 1e3, 1E+2, 12e-1, 0.1e1, 100e-2, 120e-3, 5e-324, 2.2250738585072014e-308]",
            "[9223372036854775807, 9223372036854775808, -9223372036854775808, -9223372036854775809, 1e18, 1e19, 1e22, 1e23]",
            "[9007199254740993, 9007199254740993.0, 12345678901234567890.5, 0.30000000000000004]",
            "[1.7976931348623157e308, 3.141592653589793, 0.1, 23.976, 1e-7, 123456789012345678901234567890]",
            #"{"a":[{"b":[{},[],null,true,false,{"c":-1.5}]},"d"],"e":{"f":{}}}"#,
        ])
    func right(json: String) throws {
        let data = Data(json.utf8)
        #expect(try WireJSON.parse(data) == JSONDecoder().decode(JSONValue.self, from: data))
    }

    @Test(
        "whatever RFC 8259 does not have is refused",
        arguments: [
            "", " ", "{", "}", "[", "]", "[1,]", #"{"a":1,}"#, "{,}", "[,]", #"{"a"}"#, #"{"a":}"#, #"{"a" "b"}"#,
            "{} x",
            "{},", "[1 2]", "[1", "[1}", "{1:2}", "{'a':1}", "{a:1}", "[01]", "[-]", "[1.]", "[.5]", "[+1]", "[1e]",
            "[1e+]",
            "[0x1]", "[1e999]", "[-1e999]", "NaN", "Infinity", "tru", "nul", "True", "// x\n1", "/* x */ 1",
            #""x"#, #""x\"#, #""\"#, #""\x""#, #""\u12""#, #""\uGGGG""#, #""\ud83c""#, #""\ud83cx""#,
            #""\ud83c\u0041""#,
            #""\udfac""#, #""\u00zz""#, "\"\n\"", "\"\u{0}\"", "\"\u{1F}\"", "\u{FEFF}", "\u{FEFF}\u{FEFF}1",
        ])
    func wrong(json: String) {
        #expect(throws: JSONError.self) { try WireJSON.parse(Data(json.utf8)) }
    }

    @Test("UTF-16, UTF-32 and bytes that are not UTF-8 are refused")
    func encodings() {
        for encoding: String.Encoding in [.utf16, .utf16LittleEndian, .utf16BigEndian, .utf32] {
            let data = #"{"a":1}"#.data(using: encoding) ?? Data()
            #expect(throws: JSONError.self) { try WireJSON.parse(data) }
        }
        for bytes: [UInt8] in [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] {
            for escape in ["", #"\n"#] {
                let data = Data("\n [\"\(escape)".utf8) + bytes + Data(#""]"#.utf8)
                #expect(
                    throws: JSONError(
                        path: "", problem: "not valid JSON: line 2, column 3: a string is not valid UTF-8")
                ) { try WireJSON.parse(data) }
            }
        }
    }

    @Test("is nested up to 64 deep, however much comes")
    func depth() throws {
        func nested(_ depth: Int) -> Data {
            Data(
                (String(repeating: "[{\"a\":", count: depth / 2) + "1" + String(repeating: "}]", count: depth / 2)).utf8
            )
        }
        #expect(throws: Never.self) { try WireJSON.parse(nested(64)) }
        let problem = "not valid JSON: line 1, column 193: nested more than 64 levels deep"
        for depth in [66, 400, 300_000] {
            #expect(throws: JSONError(path: "", problem: problem)) { try WireJSON.parse(nested(depth)) }
        }
        #expect(throws: Never.self) { try WireJSON.parse(nested(80), depth: 80) }
        #expect(throws: JSONError(path: "", problem: "nested more than 64 levels deep"), "a settings file") {
            try JSON5Document.members(of: Data(#"{"a":"#.utf8) + nested(400) + Data("}".utf8))
        }
    }

    @Test("with bytes changed, lost and added is never read in another way than Foundation's decoder reads it")
    func noise() throws {
        var numbers = SeededNumbers(seed: 4)
        let text = #"{"log":"a\nb\u00e9","taskStatus":[1,-2.50,3e2,true,null],"activity":{"ü":"x\\","y":{}}}"#
        let alphabet = Array(#"{}[]":,\/ubnlogtaskStatus019-+.eE "#.utf8) + [0x0A, 0x1F, 0x80, 0xC3, 0xFF]
        var rightOnes = 0
        for _ in 0..<5000 {
            var bytes = Array(text.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                let byte = alphabet.randomElement(using: &numbers) ?? 0
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = byte
                case 1: bytes.remove(at: place)
                default: bytes.insert(byte, at: place)
                }
            }
            let data = Data(bytes)
            let words = "\(String(decoding: bytes, as: UTF8.self).debugDescription)"
            let other = try? JSONDecoder().decode(JSONValue.self, from: data)
            do {
                #expect(try WireJSON.parse(data) == other, "\(words)")
                rightOnes += 1
            } catch {
                // It lets a comma be the last thing in a list or object.
                let commaIsLast = String(decoding: bytes, as: UTF8.self).contains(/,\s*[}\]]/)
                #expect(other == nil || commaIsLast, "\(words): \(error)")
            }
        }
        #expect(rightOnes > 500)
    }

    @Test(
        "gives the string of the object at the top, whatever is wrong behind it",
        arguments: [
            (#"{"uuid":"t1"}"#, "t1"), (#" { "a" : [1,{"uuid":"x"},"}"] , "uuid" : "t\n1" , "#, "t\n1"),
            (#"{"a":-1.5e3,"b":true,"c":"x","d":{},"uuid":"t1",]"#, "t1"),
            (
                #"{"a":"# + String(repeating: "[", count: 500) + String(repeating: "]", count: 500) + #","uuid":"t1"}"#,
                "t1"
            ),
            (#"{"uuid":3}"#, nil), (#"{"id":"t1"}"#, nil), (#"[{"uuid":"t1"}]"#, nil), ("", nil), ("{", nil),
            ("{}", nil),
            (#"{"a":,"uuid":"t1"}"#, nil), (#"{"a":[,"uuid":"t1"}"#, nil), (#"{"a":"x,"uuid":"t1"}"#, nil),
            (#"{"a":1"#, nil), (#"{"a":}"#, nil), ("<html>", nil),
        ])
    func topLevelString(json: String, expected: String?) {
        #expect(WireJSON.topLevelString("uuid", in: Data(json.utf8)) == expected)
    }
}
