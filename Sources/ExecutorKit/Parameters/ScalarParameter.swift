import FlamencoAPI

/// The types that a single JSON value becomes, each with its own leniency.
protocol ScalarParameter {
    init(_ parameter: ParameterValue) throws
}

extension String: ScalarParameter {
    init(_ parameter: ParameterValue) throws {
        switch parameter.value {
        case .string(let text): self = text
        case .integer(let number): self = String(number)
        case .number(let number): self = Int64(exactly: number).map(String.init) ?? String(number)
        case .bool(let flag): self = flag ? "true" : "false"
        default: throw parameter.mismatch(expected: ParameterShape.expectation(of: String.self))
        }
    }
}

extension Bool: ScalarParameter {
    init(_ parameter: ParameterValue) throws {
        guard case .bool(let flag) = parameter.value else {
            throw parameter.mismatch(expected: ParameterShape.expectation(of: Bool.self))
        }
        self = flag
    }
}

extension ScalarParameter where Self: FixedWidthInteger {
    init(_ parameter: ParameterValue) throws {
        let exact: Self? =
            switch parameter.value {
            case .integer(let number): Self(exactly: number)
            case .number(let number): Self(exactly: number)
            default: throw parameter.mismatch(expected: ParameterShape.expectation(of: Self.self))
            }
        guard let exact else { throw parameter.mismatch(expected: Self.expectation(for: parameter)) }
        self = exact
    }

    /// Names the range only where the range is what went wrong.
    private static func expectation(for parameter: ParameterValue) -> String {
        if case .number(let number) = parameter.value, number.rounded() != number { return "a whole number" }
        return "a whole number from \(min) to \(max)"
    }
}

extension ScalarParameter where Self: BinaryFloatingPoint {
    init(_ parameter: ParameterValue) throws {
        switch parameter.value {
        case .number(let number): self = Self(number)
        case .integer(let number):
            guard let exact = Self(exactly: number) else {
                throw parameter.mismatch(expected: "a number that keeps all of its digits as a \(Self.self)")
            }
            self = exact
        default: throw parameter.mismatch(expected: ParameterShape.expectation(of: Self.self))
        }
    }
}

extension Int: ScalarParameter {}
extension Int8: ScalarParameter {}
extension Int16: ScalarParameter {}
extension Int32: ScalarParameter {}
extension Int64: ScalarParameter {}
extension Int128: ScalarParameter {}
extension UInt: ScalarParameter {}
extension UInt8: ScalarParameter {}
extension UInt16: ScalarParameter {}
extension UInt32: ScalarParameter {}
extension UInt64: ScalarParameter {}
extension UInt128: ScalarParameter {}
extension Float: ScalarParameter {}
extension Double: ScalarParameter {}
