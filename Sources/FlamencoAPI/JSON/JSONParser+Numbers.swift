extension JSONParser {
    /// Parses the number at the current position: a whole number in any notation (`3`, `3.0`, `3e2`) becomes an integer
    /// if it fits into 64 bits.
    @inline(__always)
    mutating func number() throws(JSONError) -> JSONValue {
        if let short = shortInteger() { return .integer(short) }
        return try anyNumber()
    }

    /// Parses a whole number of a few digits and nothing else, which is the common case.
    @inline(__always)
    private mutating func shortInteger() -> Int64? {
        var index = position
        let first = bytes[index]
        if first == UInt8(ascii: "-") { index += 1 }
        let start = index
        var value: Int64 = 0
        let end = min(bytes.count, start + 18)
        while index < end, case let digit = bytes[index] &- UInt8(ascii: "0"), digit < 10 {
            value = value &* 10 &+ Int64(digit)
            index += 1
        }
        guard index < end, index > start, bytes[start] != UInt8(ascii: "0") || index == start + 1 else { return nil }
        // The end of the text is handled by the slow path, like fractions and exponents.
        let next = bytes[index]
        guard next != UInt8(ascii: "."), next | 0x20 != UInt8(ascii: "e") else { return nil }
        position = index
        return first == UInt8(ascii: "-") ? -value : value
    }

    @inline(never)
    private mutating func anyNumber() throws(JSONError) -> JSONValue {
        let start = position
        // The number is `digits` × 10^`exponent`, while the digits fit.
        var digits: UInt64? = 0
        var exponent = 0
        let isNegative = take(UInt8(ascii: "-"))
        if !take(UInt8(ascii: "0")) { _ = try takeDigits { Self.append($0, to: &digits) } }
        if take(UInt8(ascii: ".")) { exponent = -(try takeDigits { Self.append($0, to: &digits) }) }
        if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
            let isBelowOne = take(UInt8(ascii: "-"))
            if !isBelowOne { _ = take(UInt8(ascii: "+")) }
            var written = 0
            _ = try takeDigits { written = min(written * 10 + Int($0), 1 << 40) }
            exponent += isBelowOne ? -written : written
        }
        if let digits {
            if let whole = Self.integer(digits, exponent, isNegative) { return .integer(whole) }
            if let exact = Self.exactDouble(digits, exponent) { return .number(isNegative ? -exact : exact) }
        }
        let text = String(decoding: bytes[start..<position], as: UTF8.self)
        guard let value = Double(text), value.isFinite else {
            position = start
            throw problem("the number \(text.prefix(40)) is too large")
        }
        return .number(value)
    }

    private mutating func take(_ byte: UInt8) -> Bool {
        guard position < bytes.count, bytes[position] == byte else { return false }
        position += 1
        return true
    }

    /// - Returns: the number of digits.
    @inline(__always)
    private mutating func takeDigits(_ use: (UInt8) -> Void) throws(JSONError) -> Int {
        let start = position
        while position < bytes.count, case let digit = bytes[position] &- UInt8(ascii: "0"), digit < 10 {
            use(digit)
            position += 1
        }
        guard position > start else { throw unexpected("a digit") }
        return position - start
    }

    @inline(__always)
    private static func append(_ digit: UInt8, to digits: inout UInt64?) {
        guard let known = digits else { return }
        let (tens, isTooLarge) = known.multipliedReportingOverflow(by: 10)
        let (sum, isStillTooLarge) = tens.addingReportingOverflow(UInt64(digit))
        digits = isTooLarge || isStillTooLarge ? nil : sum
    }

    private static func integer(_ digits: UInt64, _ exponent: Int, _ isNegative: Bool) -> Int64? {
        if digits == 0 { return 0 }
        var magnitude = digits
        var exponent = exponent
        while exponent < 0, magnitude.isMultiple(of: 10) {
            magnitude /= 10
            exponent += 1
        }
        guard 0...18 ~= exponent else { return nil }
        for _ in 0..<exponent {
            let (product, isTooLarge) = magnitude.multipliedReportingOverflow(by: 10)
            if isTooLarge { return nil }
            magnitude = product
        }
        if isNegative, magnitude == Int64.min.magnitude { return .min }
        return Int64(exactly: magnitude).map { isNegative ? -$0 : $0 }
    }

    /// Returns the nearest number if a single division or multiplication yields it: both operands are then exact.
    private static func exactDouble(_ digits: UInt64, _ exponent: Int) -> Double? {
        guard digits <= 1 << 53, -22...22 ~= exponent else { return nil }
        return exponent < 0 ? Double(digits) / powersOfTen[-exponent] : Double(digits) * powersOfTen[exponent]
    }

    private static let powersOfTen: [Double] = [
        1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19,
        1e20,
        1e21, 1e22,
    ]
}
