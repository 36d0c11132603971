import FlamencoAPI
import FoundationEssentials

/// An archive is malformed.
struct ArchiveError: Error {
    /// The position in bytes from its beginning.
    let position: Int
}

/// Reads the output of an ``ArchiveWriter``. Other bytes cause an error, without using more memory than their number.
struct ArchiveReader {
    // Must stay valid for as long as the reader is used.
    private let bytes: UnsafeRawBufferPointer
    private var position = 0
    private var texts: [String] = []
    private var commands: [[Command]] = []
    private var numbers: [[Int]] = []

    init(_ bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

    var isAtEnd: Bool { position == bytes.count }

    /// The error for the current position.
    var problem: ArchiveError { ArchiveError(position: position) }

    mutating func byte() throws(ArchiveError) -> UInt8 {
        guard position < bytes.count else { throw problem }
        defer { position += 1 }
        return bytes[position]
    }

    mutating func number() throws(ArchiveError) -> Int {
        var result: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 64, by: 7) {
            let byte = try byte()
            result |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return Int(Int64(bitPattern: result >> 1) ^ -Int64(bitPattern: result & 1)) }
        }
        throw problem
    }

    mutating func flag() throws(ArchiveError) -> Bool { try byte() == 1 }

    mutating func bits() throws(ArchiveError) -> UInt64 {
        guard bytes.count - position >= 8 else { throw problem }
        defer { position += 8 }
        return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: position, as: UInt64.self))
    }

    mutating func date() throws(ArchiveError) -> Date {
        Date(timeIntervalSinceReferenceDate: Double(bitPattern: try bits()))
    }

    mutating func text() throws(ArchiveError) -> String { String(decoding: try piece(), as: UTF8.self) }

    mutating func optional<Value>(
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Value
    ) throws(ArchiveError) -> Value? {
        try flag() ? try body(&self) : nil
    }

    /// Reads the number of elements that follow; each takes at least one byte.
    mutating func count() throws(ArchiveError) -> Int {
        let count = try number()
        guard (0...(bytes.count - position)).contains(count) else { throw problem }
        return count
    }

    mutating func list<Value>(
        _ body: (inout ArchiveReader) throws(ArchiveError) -> Value
    ) throws(ArchiveError) -> [Value] {
        let count = try count()
        var values: [Value] = []
        for _ in 0..<count { values.append(try body(&self)) }
        return values
    }

    mutating func sharedText() throws(ArchiveError) -> String {
        let place = try number()
        if place >= 0 { return try Self.element(place, of: texts, self) }
        let text = try text()
        texts.append(text)
        return text
    }

    mutating func sharedCommands() throws(ArchiveError) -> [Command] {
        let place = try number()
        if place >= 0 { return try Self.element(place, of: commands, self) }
        let list = try list { (reader) throws(ArchiveError) in
            let name = try reader.sharedText()
            let steps = try reader.number()
            guard case .object(let parameters) = try reader.value(depth: 2 * WireJSON.wireDepth) else {
                throw reader.problem
            }
            return Command(name: name, parameters: parameters, totalStepCount: steps)
        }
        commands.append(list)
        return list
    }

    mutating func sharedNumbers() throws(ArchiveError) -> [Int] {
        let place = try number()
        if place >= 0 { return try Self.element(place, of: numbers, self) }
        let list = try list { (reader) throws(ArchiveError) in try reader.number() }
        numbers.append(list)
        return list
    }

    mutating func json<Value: Decodable>(_ type: Value.Type) throws(ArchiveError) -> Value {
        let data = Data(try piece())
        do throws(JSONError) {
            return try WireJSON.decode(type, from: data, depth: 2 * WireJSON.wireDepth)
        } catch {
            throw problem
        }
    }

    private mutating func piece() throws(ArchiveError) -> UnsafeRawBufferPointer {
        let count = try count()
        defer { position += count }
        return UnsafeRawBufferPointer(rebasing: bytes[position..<(position + count)])
    }

    private static func element<Element>(
        _ place: Int, of list: [Element], _ reader: ArchiveReader
    ) throws(ArchiveError) -> Element {
        guard place < list.count else { throw reader.problem }
        return list[place]
    }

    private mutating func value(depth: Int) throws(ArchiveError) -> JSONValue {
        guard depth > 0 else { throw problem }
        switch try byte() {
        case 0: return .null
        case 1: return .bool(false)
        case 2: return .bool(true)
        case 3: return .integer(Int64(try number()))
        case 4: return .number(Double(bitPattern: try bits()))
        case 5: return .string(try text())
        case 6: return .array(try list { (reader) throws(ArchiveError) in try reader.value(depth: depth - 1) })
        case 7:
            var members: [String: JSONValue] = [:]
            for _ in 0..<(try count()) {
                let key = try sharedText()
                members[key] = try value(depth: depth - 1)
            }
            return .object(members)
        default: throw problem
        }
    }
}
