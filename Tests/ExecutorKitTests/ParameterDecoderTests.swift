import ExecutorKit
import FlamencoAPI
import Testing

/// A parameter of any type, by the name `value`.
private struct Parameters<Value: Decodable & Sendable>: Decodable, Sendable {
    let value: Value
}

private enum Quality: String, Decodable, CaseIterable { case low, medium, high }

private struct Encoder: Decodable, Hashable {
    struct Pass: Decodable, Hashable {
        let name: String
        let crf: Int?
    }
    let codec: String
    let passes: [Pass]
    let environment: [String: String]
}

@Suite("Decoding parameters")
struct ParameterDecoderTests {
    private func decode<Value: Decodable & Sendable>(_ type: Value.Type, _ value: JSONValue?) throws -> Value {
        try ParameterDecoder.decode(Parameters<Value>.self, from: value.map { ["value": $0] } ?? [:]).value
    }

    private func error<Value: Decodable & Sendable>(_ type: Value.Type, _ value: JSONValue?) throws -> String {
        try #require(throws: ParameterError.self) { try decode(type, value) }.description
    }

    @Test(
        "scalars become text where a string is declared",
        arguments: [
            ("frames", "frames"), (24, "24"), (24.0, "24"), (23.976, "23.976"), (-0.5, "-0.5"), (1e20, "1e+20"),
            (true, "true"), (.integer(.max), "9223372036854775807"),
        ] as [(JSONValue, String)])
    func text(value: JSONValue, expected: String) throws {
        #expect(try decode(String.self, value) == expected)
        #expect(try decode([String].self, [value, "x"]) == [expected, "x"])
    }

    @Test("whole numbers and fractions stand for each other where nothing is lost")
    func numbers() throws {
        #expect(try decode(Int.self, 2.0) == 2)
        #expect(try decode(Double.self, 2) == 2)
        #expect(try decode(Double.self, 0.1) == 0.1)
        #expect(try decode(Float.self, 0.5) == 0.5)
        #expect(try decode(UInt8.self, 255) == 255)
        #expect(try decode(Int64.self, .integer(.min)) == .min)
        #expect(try decode(Int128.self, .integer(.max)) == Int128(Int64.max))
        #expect(try decode([Int].self, [1, 2.0]) == [1, 2])
    }

    @Test(
        "a number that does not fit is refused, with the number",
        arguments: [
            (2.5, "parameter \"value\" should be a whole number, but is 2.5"),
            ("2", "parameter \"value\" should be a whole number, but is \"2\""),
            (true, "parameter \"value\" should be a whole number, but is true"),
            (300, "parameter \"value\" should be a whole number from -128 to 127, but is 300"),
            (1e30, "parameter \"value\" should be a whole number from -128 to 127, but is 1e+30"),
            (nil, "parameter \"value\" should be a whole number, but is null"),
        ] as [(JSONValue, String)])
    func misfit(value: JSONValue, expected: String) throws {
        #expect(try error(Int8.self, value) == expected)
    }

    @Test("a whole number that a Double would change is refused")
    func precision() throws {
        #expect(
            try error(Double.self, 9_007_199_254_740_993)
                == "parameter \"value\" should be a number that can be represented exactly as a Double, "
                + "but is 9007199254740993")
    }

    @Test("only true and false are true and false", arguments: [0, 1, "true", "yes", 1.0, [], [:]] as [JSONValue])
    func booleans(value: JSONValue) throws {
        #expect(try decode(Bool.self, true))
        #expect(try error(Bool.self, value).contains("should be true or false, but is "))
    }

    @Test("an optional may be missing or null")
    func optionals() throws {
        #expect(try decode(Int?.self, nil) == nil)
        #expect(try decode(Int?.self, .null) == nil)
        #expect(try decode(Int?.self, 3) == 3)
        #expect(try decode([String?].self, ["a", .null]) == ["a", nil])
        #expect(try decode([JSONValue?].self, [1, .null]) == [1, nil])
        #expect(try decode(Quality?.self, .null) == nil)
        #expect(try error(Int?.self, "x") == "parameter \"value\" should be a whole number, but is \"x\"")
    }

    @Test("what is missing is named together with what it should be")
    func missing() throws {
        #expect(try error(String.self, nil) == "parameter \"value\" is missing: expected a string")
        #expect(try error(Bool.self, nil) == "parameter \"value\" is missing: expected true or false")
        #expect(try error(Double.self, nil) == "parameter \"value\" is missing: expected a number")
        #expect(try error([String].self, nil) == "parameter \"value\" is missing: expected a list of strings")
        #expect(try error([[Int]].self, nil) == "parameter \"value\" is missing: expected a list of lists")
        #expect(try error([String: Int].self, nil) == "parameter \"value\" is missing: expected an object")
        #expect(try error(Encoder.self, nil) == "parameter \"value\" is missing: expected an object")
        #expect(try error(Quality.self, nil) == "parameter \"value\" is missing: expected one of low, medium, high")
        #expect(try error(JSONValue.self, nil) == "parameter \"value\" is missing: expected a value")
    }

    @Test("an error names the place inside of lists and objects")
    func places() throws {
        #expect(
            try error([String].self, ["a", "b", ["c"]]) == "parameter \"value[2]\" should be a string, but is a list")
        #expect(
            try error(Encoder.self, ["codec": "h264", "passes": [["name": 1], ["crf": 20]], "environment": [:]])
                == "parameter \"value.passes[1].name\" is missing: expected a string")
        #expect(
            try error(Encoder.self, ["codec": "h264", "passes": [], "environment": ["5": [1]]])
                == "parameter \"value.environment.5\" should be a string, but is a list")
        #expect(try error([String].self, "a") == "parameter \"value\" should be a list of strings, but is \"a\"")
        #expect(try error([String: Int].self, [1]) == "parameter \"value\" should be an object, but is a list")
        #expect(try error(Encoder.self, 5) == "parameter \"value\" should be an object, but is 5")
    }

    @Test("an enumeration lists its choices")
    func choices() throws {
        #expect(try decode(Quality.self, "low") == .low)
        #expect(
            try error(Quality.self, "lwo") == "parameter \"value\" should be one of low, medium, high, but is \"lwo\"")
        #expect(
            try error([Quality].self, ["low", [:]])
                == "parameter \"value[1]\" should be one of low, medium, high, but is an object")
    }

    @Test("structures, lists, dictionaries and any JSON decode as they are nested")
    func nesting() throws {
        let encoder = try decode(
            Encoder.self,
            [
                "codec": "h264", "unknown": [1, 2], "environment": ["THREADS": 4],
                "passes": [["name": "first"], ["name": "second", "crf": 18.0]],
            ])
        #expect(
            encoder
                == Encoder(
                    codec: "h264", passes: [.init(name: "first", crf: nil), .init(name: "second", crf: 18)],
                    environment: ["THREADS": "4"]))
        let json: JSONValue = ["a": [1, 2.0, .null, ["b": true]]]
        #expect(try decode(JSONValue.self, json) == json)
        #expect(try decode([String: JSONValue].self, json) == ["a": [1, 2.0, .null, ["b": true]]])
        #expect(try decode([Int: Double].self, ["1": 2, "3": 4.5]) == [1: 2, 3: 4.5])
        #expect(try decode(Set<Int>.self, [1, 2, 2]) == [1, 2])
    }

    @Test("long text is cut in errors")
    func longText() throws {
        let message = try error(Int.self, .string(String(repeating: "x", count: 100_000)))
        #expect(message.count < 200)
        #expect(message.hasSuffix("xxx…\""))
    }
}
