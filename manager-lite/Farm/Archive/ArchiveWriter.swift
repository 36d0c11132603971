import FlamencoAPI
import FoundationEssentials

/// Writes a sequence of values in few bytes and little time; ``ArchiveReader`` reads them in the same order.
///
/// Repeated texts, lists and commands are written once, and then as a reference.
struct ArchiveWriter {
    private(set) var bytes: [UInt8] = []
    private var texts: [String: Int] = [:]
    private var commands: [[Command]: Int] = [:]
    private var numbers: [[Int]: Int] = [:]

    /// Writes a whole number: smaller ones take fewer bytes.
    mutating func write(_ number: Int) {
        var rest = UInt64(bitPattern: Int64(number) << 1 ^ Int64(number) >> 63)
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    mutating func write(_ flag: Bool) { bytes.append(flag ? 1 : 0) }

    mutating func write(_ bits: UInt64) {
        withUnsafeBytes(of: bits.littleEndian) { bytes.append(contentsOf: $0) }
    }

    mutating func write(_ date: Date) { write(date.timeIntervalSinceReferenceDate.bitPattern) }

    mutating func write(_ text: String) {
        write(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func write<Value>(_ value: Value?, _ body: (inout ArchiveWriter, Value) throws -> Void) rethrows {
        write(value != nil)
        if let value { try body(&self, value) }
    }

    mutating func write<Elements: Collection>(
        _ elements: Elements, _ body: (inout ArchiveWriter, Elements.Element) throws -> Void
    ) rethrows {
        write(elements.count)
        for element in elements { try body(&self, element) }
    }

    /// Writes a text that is likely to be repeated.
    mutating func writeShared(_ text: String) {
        if let place = texts[text] { return write(place) }
        texts[text] = texts.count
        write(-1)
        write(text)
    }

    /// Writes commands that are likely to be repeated.
    mutating func writeShared(_ list: [Command]) {
        if let place = commands[list] { return write(place) }
        commands[list] = commands.count
        write(-1)
        write(list) { writer, command in
            writer.writeShared(command.name)
            writer.write(command.totalStepCount)
            writer.write(.object(command.parameters))
        }
    }

    /// Writes numbers that are likely to be repeated.
    mutating func writeShared(_ list: [Int]) {
        if let place = numbers[list] { return write(place) }
        numbers[list] = numbers.count
        write(-1)
        write(list) { $0.write($1) }
    }

    /// Writes a rare value as JSON.
    mutating func writeJSON(_ value: some Encodable) throws {
        let data = try WireJSON.encode(value)
        write(data.count)
        bytes.append(contentsOf: data)
    }

    private mutating func write(_ value: JSONValue) {
        switch value {
        case .null: bytes.append(0)
        case .bool(let flag): bytes.append(flag ? 2 : 1)
        case .integer(let number):
            bytes.append(3)
            write(Int(number))
        case .number(let number):
            bytes.append(4)
            write(number.bitPattern)
        case .string(let text):
            bytes.append(5)
            write(text)
        case .array(let elements):
            bytes.append(6)
            write(elements) { $0.write($1) }
        case .object(let members):
            bytes.append(7)
            write(members) { writer, member in
                writer.writeShared(member.key)
                writer.write(member.value)
            }
        }
    }
}
