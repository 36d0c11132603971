/// A message is malformed: truncated, too long, or with an undefined value.
package struct MalformedMessageError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Encodes a sequence of values: integers little-endian, strings and lists preceded by their count.
package struct ByteWriter {
    @usableFromInline package internal(set) var bytes: [UInt8] = []

    package init() {}

    @inlinable package mutating func append(_ value: some FixedWidthInteger) {
        withUnsafeBytes(of: value.littleEndian) { bytes.append(contentsOf: $0) }
    }

    package mutating func append(_ value: Bool) { append(value ? 1 : 0 as UInt8) }

    package mutating func append(_ text: String) {
        append(UInt32(text.utf8.count))
        bytes.append(contentsOf: text.utf8)
    }

    package mutating func append(bytes added: [UInt8]) {
        append(UInt32(added.count))
        bytes.append(contentsOf: added)
    }

    /// Appends a duration, in nanoseconds; more than 292 years are clamped.
    package mutating func append(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        append(overflow ? (seconds < 0 ? Int64.min : Int64.max) : nanoseconds &+ attoseconds / 1_000_000_000)
    }

    @inlinable package mutating func append<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        append(value != nil)
        if let value { write(&self, value) }
    }

    @inlinable package mutating func append<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
        append(UInt32(values.count))
        for value in values { write(&self, value) }
    }
}

/// Reads values that a ``ByteWriter`` wrote, and checks each: the bytes may come from a program of another release.
///
/// Generic functions are inlinable, since a supervisor reads an order of thousands of values each time that it starts.
package struct ByteReader {
    @usableFromInline let bytes: ArraySlice<UInt8>
    @usableFromInline var position: Int

    package init(_ bytes: ArraySlice<UInt8>) { (self.bytes, position) = (bytes, bytes.startIndex) }

    package init(_ bytes: [UInt8]) { self.init(bytes[...]) }

    /// How many bytes are left to read.
    @usableFromInline var remaining: Int { bytes.endIndex - position }

    @inlinable package mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws -> Value
    {
        var value: Value = 0
        for index in try take(MemoryLayout<Value>.size).reversed() {
            value = (value << 8) | Value(truncatingIfNeeded: bytes[index])
        }
        return value
    }

    package mutating func bool() throws -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        case let other: throw MalformedMessageError("a Boolean should be 0 or 1, not \(other)")
        }
    }

    package mutating func text() throws -> String {
        let taken = try take(Int(try integer(UInt32.self)))
        guard let text = String(validating: bytes[taken], as: UTF8.self) else {
            throw MalformedMessageError("a string is not UTF-8")
        }
        return text
    }

    package mutating func byteString() throws -> [UInt8] {
        let taken = try take(Int(try integer(UInt32.self)))
        return Array(bytes[taken])
    }

    package mutating func duration() throws -> Duration { .nanoseconds(try integer(Int64.self)) }

    @inlinable package mutating func optional<Value>(_ read: (inout ByteReader) throws -> Value) throws -> Value? {
        try bool() ? try read(&self) : nil
    }

    @inlinable package mutating func list<Value>(_ read: (inout ByteReader) throws -> Value) throws -> [Value] {
        let count = try countOfList()
        var values: [Value] = []
        values.reserveCapacity(count)
        for _ in 0..<count { values.append(try read(&self)) }
        return values
    }

    /// Checks that the message ends here.
    package func finish() throws {
        guard remaining == 0 else { throw MalformedMessageError("\(remaining) trailing bytes") }
    }

    @usableFromInline mutating func countOfList() throws -> Int {
        let count = try integer(UInt32.self)
        // Each element takes at least a byte, so a count cannot ask for more memory than the message is long.
        guard count <= remaining else {
            throw MalformedMessageError("a list has a larger count than there are bytes")
        }
        return Int(count)
    }

    /// Consumes bytes, and returns their indices.
    @usableFromInline mutating func take(_ count: Int) throws -> Range<Int> {
        guard count <= remaining else { throw MalformedMessageError("\(count - remaining) bytes missing") }
        defer { position += count }
        return position..<(position + count)
    }
}

// MARK: Single integers

extension FixedWidthInteger {
    /// The bytes of the integer, lowest first.
    @inlinable package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

    /// Creates the integer from its bytes, lowest first.
    @inlinable package init(littleEndianBytes bytes: some Collection<UInt8>) {
        self = bytes.reversed().reduce(0) { ($0 << 8) | Self(truncatingIfNeeded: $1) }
    }
}
