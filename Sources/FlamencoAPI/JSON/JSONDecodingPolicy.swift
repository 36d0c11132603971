/// How strictly a tree is decoded, and what is thrown where it does not hold what a type needs.
///
/// - Strict: a value has to be of the declared type; a whole number may be written `3.0`, and stands for a `Double`, too.
/// - Lenient, for what people write who do not tell `24`, `24.0` and `"24"` apart: a number, `true` or `false` becomes text
///   where a string is declared, numbers become one another where nothing is lost, and what is missing counts as null. Text never
///   becomes a number.
package struct JSONDecodingPolicy: Sendable {
    /// Makes the error that says what was expected at a place and what was found there; nil for nothing.
    package typealias MismatchError =
        @Sendable (_ place: [any CodingKey], _ expected: String, _ found: JSONValue?) -> any Error

    let isLenient: Bool
    let error: MismatchError

    /// The lenient policy.
    package static func lenient(error: @escaping MismatchError) -> JSONDecodingPolicy {
        JSONDecodingPolicy(isLenient: true, error: error)
    }

    /// The strict policy, for what programs write. Its errors are ``JSONError``s.
    static let strict = JSONDecodingPolicy(isLenient: false) { place, expected, found in
        let problem: String =
            switch found {
            case nil: "missing"
            case .bool?, .integer?, .number?: "expected \(expected), found \(found?.description ?? "")"
            case let found?: "expected \(expected), found \(found.kind)"
            }
        return JSONError(path: JSONError.path(place), problem: problem)
    }
}

/// A type that stands for one JSON value without parts. What it takes depends on the policy.
protocol JSONScalar {
    /// The value, if it is one of this type.
    init?(strictly json: JSONValue)
    /// The value, if it becomes one of this type and nothing is lost.
    init?(leniently json: JSONValue)
    /// What this value should have been, in the words of a message.
    static func expectation(insteadOf json: JSONValue) -> String
}

extension JSONScalar {
    init?(leniently json: JSONValue) { self.init(strictly: json) }
    static func expectation(insteadOf json: JSONValue) -> String { JSONShape.expectation(of: Self.self) }
}

extension String: JSONScalar {
    init?(strictly json: JSONValue) {
        guard case .string(let text) = json else { return nil }
        self = text
    }

    init?(leniently json: JSONValue) {
        switch json {
        case .string(let text): self = text
        case .integer(let number): self = String(number)
        case .number(let number): self = Int64(exactly: number).map(String.init) ?? String(number)
        case .bool(let flag): self = flag ? "true" : "false"
        case .null, .array, .object: return nil
        }
    }
}

extension Bool: JSONScalar {
    init?(strictly json: JSONValue) {
        guard case .bool(let flag) = json else { return nil }
        self = flag
    }
}

extension JSONScalar where Self: FixedWidthInteger {
    init?(strictly json: JSONValue) {
        switch json {
        case .integer(let number): self.init(exactly: number)
        // A whole number of more than 64 bits was rounded, perhaps to one that just fits.
        case .number(let number) where number.magnitude < 0x1p63: self.init(exactly: number)
        default: return nil
        }
    }

    init?(leniently json: JSONValue) {
        switch json {
        case .integer(let number): self.init(exactly: number)
        case .number(let number): self.init(exactly: number)
        default: return nil
        }
    }

    /// Names the range only where the range is what went wrong.
    static func expectation(insteadOf json: JSONValue) -> String {
        let isWhole: Bool =
            switch json {
            case .integer: true
            case .number(let number): number.rounded() == number
            default: false
            }
        return isWhole && bitWidth < 64 ? "a whole number from \(min) to \(max)" : "a whole number"
    }
}

extension JSONScalar where Self: BinaryFloatingPoint {
    init?(strictly json: JSONValue) {
        switch json {
        case .integer(let number): self.init(number)
        case .number(let number): self.init(number)
        default: return nil
        }
    }

    init?(leniently json: JSONValue) {
        switch json {
        case .integer(let number): self.init(exactly: number)
        case .number(let number): self.init(number)
        default: return nil
        }
    }

    static func expectation(insteadOf json: JSONValue) -> String {
        if case .integer = json { return "a number that can be represented exactly as a \(Self.self)" }
        return JSONShape.expectation(of: Self.self)
    }
}

extension Int: JSONScalar {}
extension Int8: JSONScalar {}
extension Int16: JSONScalar {}
extension Int32: JSONScalar {}
extension Int64: JSONScalar {}
extension Int128: JSONScalar {}
extension UInt: JSONScalar {}
extension UInt8: JSONScalar {}
extension UInt16: JSONScalar {}
extension UInt32: JSONScalar {}
extension UInt64: JSONScalar {}
extension UInt128: JSONScalar {}
extension Float: JSONScalar {}
extension Double: JSONScalar {}
