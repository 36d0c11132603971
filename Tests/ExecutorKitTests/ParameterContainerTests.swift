import ExecutorKit
import FlamencoAPI
import Testing

/// Types that decode themselves, by hand.
@Suite("Parameters of types that decode themselves")
struct ParameterContainerTests {
    private struct ByHand: Decodable {
        enum Keys: String, CodingKey { case size, tags, absent }
        var width = 0
        var tags: [String] = []
        var allKeys: [String] = []
        var sawNull = false
        var hasAbsent = true

        init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            allKeys = container.allKeys.map(\.rawValue)
            hasAbsent = container.contains(.absent)
            width = try container.nestedContainer(keyedBy: SizeKeys.self, forKey: .size).decode(
                Int.self, forKey: .width)
            var list = try container.nestedUnkeyedContainer(forKey: .tags)
            while !list.isAtEnd {
                if try list.decodeNil() { sawNull = true } else { tags.append(try list.decode(String.self)) }
            }
            #expect(list.currentIndex == list.count)
            #expect(throws: ParameterError(parameter: "tags[3]", expected: "a string", found: nil)) {
                try list.decode(String.self)
            }
        }

        enum SizeKeys: String, CodingKey { case width }
    }

    @Test("keyed, unkeyed and nested containers")
    func byHand() throws {
        let value = try ParameterDecoder.decode(
            ByHand.self, from: ["size": ["width": 320.0], "tags": ["a", .null, 3], "other": 1])
        #expect(value.width == 320)
        #expect(value.tags == ["a", "3"])
        #expect(value.sawNull)
        #expect(!value.hasAbsent)
        #expect(value.allKeys == ["size", "tags"])
        #expect(throws: ParameterError(parameter: "size", expected: "an object", found: "5")) {
            try ParameterDecoder.decode(ByHand.self, from: ["size": 5])
        }
        #expect(throws: ParameterError(parameter: "tags", expected: "a list", found: "\"x\"")) {
            try ParameterDecoder.decode(ByHand.self, from: ["size": ["width": 1], "tags": "x"])
        }
    }

    private class Base: Decodable {
        var path = ""
        enum Keys: String, CodingKey { case path }
        required init(from decoder: any Decoder) throws {
            path = try decoder.container(keyedBy: Keys.self).decode(String.self, forKey: .path)
        }
    }

    private final class Derived: Base {
        let count: Int
        enum Keys: String, CodingKey { case count, `super` }
        required init(from decoder: any Decoder) throws {
            let container = try decoder.container(keyedBy: Keys.self)
            count = try container.decode(Int.self, forKey: .count)
            try super.init(from: container.superDecoder())
        }
    }

    @Test("a class and its superclass")
    func inheritance() throws {
        let value = try ParameterDecoder.decode(Derived.self, from: ["count": 2, "super": ["path": "/x"]])
        #expect(value.count == 2)
        #expect(value.path == "/x")
        #expect(throws: ParameterError(parameter: "super.path", expected: "a string", found: nil)) {
            try ParameterDecoder.decode(Derived.self, from: ["count": 2, "super": [:]])
        }
    }

    private struct Percentage: Decodable {
        let value: Int
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            value = try container.decode(Int.self)
            guard 0...100 ~= value else {
                throw DecodingError.dataCorruptedError(in: container, debugDescription: "0 to 100")
            }
        }
    }

    @Test("an error that a type throws itself becomes one about the parameter")
    func ownErrors() throws {
        struct Parameters: Decodable { let quality: [Percentage] }
        #expect(throws: ParameterError(parameter: "quality[1]", expected: "valid (0 to 100)", found: "101")) {
            try ParameterDecoder.decode(Parameters.self, from: ["quality": [7, 101]])
        }
        #expect(throws: ParameterError(parameter: "quality[0]", expected: "a whole number", found: "\"7\"")) {
            try ParameterDecoder.decode(Parameters.self, from: ["quality": ["7"]])
        }
    }

    private struct Either: Decodable {
        let text: String
        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if container.decodeNil() {
                text = "none"
            } else if let list = try? container.decode([String].self) {
                text = list.joined(separator: "+")
            } else {
                text = try container.decode(String.self)
            }
        }
    }

    @Test("a type may try one form after another")
    func alternatives() throws {
        let parameters: [String: JSONValue] = ["values": ["a", ["b", "c"], .null, 4]]
        struct Parameters: Decodable { let values: [Either] }
        #expect(
            try ParameterDecoder.decode(Parameters.self, from: parameters).values.map(\.text)
                == ["a", "b+c", "none", "4"])
    }
}
