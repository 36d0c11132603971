/// How strictly a tree is decoded, and which errors are thrown for mismatches.
///
/// - Strict: a value must have the declared type; a whole number may be written `3.0`, and is also accepted as a
///   `Double`.
/// - Lenient, for input by users who do not distinguish `24`, `24.0` and `"24"`: numbers, `true` and `false` are
///   converted to strings where a string is declared, numbers are converted to other types if nothing is lost, and
///   missing values count as null. Strings are never converted to numbers.
package struct JSONDecodingPolicy: Sendable {
    /// Creates the error for a place, with what was expected and what was found; nil for nothing.
    package typealias MismatchError =
        @Sendable (_ place: [any CodingKey], _ expected: String, _ found: JSONValue?) -> any Error

    let isLenient: Bool
    let error: MismatchError

    /// Returns the lenient policy.
    package static func lenient(error: @escaping MismatchError) -> JSONDecodingPolicy {
        JSONDecodingPolicy(isLenient: true, error: error)
    }

    /// The strict policy, for input by programs. Its errors are ``JSONError``s.
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

/// A type that is represented by one JSON value without parts. Accepted values depend on the policy.
protocol JSONScalar {
    /// Converts a value, if it has this type.
    init?(strictly json: JSONValue)
    /// Converts a value, if that is possible without loss.
    init?(leniently json: JSONValue)
    /// Returns what was expected, for an error message.
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
        // A whole number of more than 64 bits was rounded, possibly to one that just fits.
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

    /// Names the range only if the value is out of range.
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
