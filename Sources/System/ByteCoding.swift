/// A message that is not as it should be: cut short, too long, or with a value that nobody defined.
package struct MalformedMessageError: Error, Hashable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}

/// Puts values behind each other: integers little-endian, texts and lists with their count before them.
package struct ByteWriter {
    package private(set) var bytes: [UInt8] = []

    package init() {}

    package mutating func append(_ value: some FixedWidthInteger) {
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

    /// A duration, in nanoseconds; longer than 292 years is cut to that.
    package mutating func append(_ duration: Duration) {
        let (seconds, attoseconds) = duration.components
        let (nanoseconds, overflow) = seconds.multipliedReportingOverflow(by: 1_000_000_000)
        append(overflow ? (seconds < 0 ? Int64.min : Int64.max) : nanoseconds &+ attoseconds / 1_000_000_000)
    }

    package mutating func append<Value>(_ value: Value?, _ write: (inout ByteWriter, Value) -> Void) {
        append(value != nil)
        if let value { write(&self, value) }
    }

    package mutating func append<Value>(_ values: [Value], _ write: (inout ByteWriter, Value) -> Void) {
        append(UInt32(values.count))
        values.forEach { write(&self, $0) }
    }
}

/// Takes values apart that a ``ByteWriter`` put together, and believes nothing.
package struct ByteReader {
    private var rest: ArraySlice<UInt8>

    package init(_ bytes: some Collection<UInt8>) { rest = ArraySlice(Array(bytes)) }

    package mutating func integer<Value: FixedWidthInteger>(_ type: Value.Type = Value.self) throws -> Value {
        let taken = try take(MemoryLayout<Value>.size)
        return taken.reversed().reduce(0) { ($0 << 8) | Value(truncatingIfNeeded: $1) }
    }

    package mutating func bool() throws -> Bool {
        switch try integer(UInt8.self) {
        case 0: false
        case 1: true
        case let other: throw MalformedMessageError("a truth value is 0 or 1, not \(other)")
        }
    }

    package mutating func text() throws -> String {
        let taken = try take(Int(try integer(UInt32.self)))
        guard let text = String(validating: taken, as: UTF8.self) else {
            throw MalformedMessageError("a text is not UTF-8")
        }
        return text
    }

    package mutating func byteString() throws -> [UInt8] { Array(try take(Int(try integer(UInt32.self)))) }

    package mutating func duration() throws -> Duration { .nanoseconds(try integer(Int64.self)) }

    package mutating func optional<Value>(_ read: (inout ByteReader) throws -> Value) throws -> Value? {
        try bool() ? try read(&self) : nil
    }

    package mutating func list<Value>(_ read: (inout ByteReader) throws -> Value) throws -> [Value] {
        let count = try integer(UInt32.self)
        // Every element takes a byte at least, so a count cannot ask for more memory than the message is long.
        guard count <= rest.count else {
            throw MalformedMessageError("a list claims more elements than there are bytes")
        }
        return try (0..<count).map { _ in try read(&self) }
    }

    /// Says that the message ends here.
    package func finish() throws {
        guard rest.isEmpty else { throw MalformedMessageError("\(rest.count) bytes too many") }
    }

    private mutating func take(_ count: Int) throws -> ArraySlice<UInt8> {
        guard count <= rest.count else { throw MalformedMessageError("\(count - rest.count) bytes too few") }
        defer { rest = rest.dropFirst(count) }
        return rest.prefix(count)
    }
}

// MARK: Single integers

extension FixedWidthInteger {
    /// The bytes of the integer, the lowest first.
    @inlinable package var littleEndianBytes: [UInt8] { withUnsafeBytes(of: littleEndian) { Array($0) } }

    /// The integer that these bytes are, the lowest first.
    @inlinable package init(littleEndianBytes bytes: some Collection<UInt8>) {
        self = bytes.reversed().reduce(0) { ($0 << 8) | Self(truncatingIfNeeded: $1) }
    }
}
