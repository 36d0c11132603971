import System

/// The header and the offset table of an OpenEXR file, and whether the offsets are within the file (OpenEXR: "File
/// Layout").
package struct EXRFile {
    package static let signature: [UInt8] = [0x76, 0x2F, 0x31, 0x01]

    /// An attribute of a header.
    package struct Attribute {
        package let name: String
        package let type: String
        package let value: ArraySlice<UInt8>
    }

    /// Headers with hundreds of layers are not larger.
    private static let mostHeader = 1 << 20
    private static let mostTable = 1 << 20

    /// Whether all offsets are within the file, as far as that can be determined.
    let isComplete: Bool
    /// The size of the image.
    let size: PictureFile.Size?

    init(_ file: borrowing OpenFile) throws(FileError) {
        var head = try file.bytes(at: 0, count: 16 << 10)
        var layout = Layout(head)
        if layout == nil, head.count == 16 << 10 {
            head = try file.bytes(at: 0, count: Self.mostHeader)
            layout = Layout(head)
        }
        guard let layout else {
            // A header beyond the limit is not checked.
            (isComplete, size) = (head.count == Self.mostHeader, nil)
            return
        }
        size = layout.size
        isComplete = try Self.isComplete(layout, file)
    }

    private static func isComplete(_ layout: Layout, _ file: borrowing OpenFile) throws(FileError) -> Bool {
        guard let chunks = layout.chunks else { return file.size > layout.end }
        guard chunks <= Int(file.size) / 8 else { return false }
        let tableEnd = layout.end + Int64(chunks) * 8
        let table = try file.bytes(at: layout.end, count: min(chunks * 8, mostTable))
        guard table.count == min(chunks * 8, mostTable) else { return false }
        guard tableEnd <= file.size, let last = lastOffset(in: table, within: tableEnd..<file.size) else {
            return false
        }
        guard chunks > 0, let prefix = layout.chunkPrefix, chunks * 8 <= mostTable else { return true }
        // The bytes before the data size of a chunk.
        let size = try file.bytes(at: last + Int64(prefix), count: 4)
        return size.count == 4 && last + Int64(prefix) + 4 + Int64(Int(littleEndian: size)) <= file.size
    }

    /// Returns the largest offset in a table; nil if one is outside the allowed range.
    private static func lastOffset(in table: [UInt8], within allowed: Range<Int64>) -> Int64? {
        table.withUnsafeBytes { bytes in
            var last: Int64 = 0
            for start in stride(from: 0, to: bytes.count - 7, by: 8) {
                let offset = Int64(littleEndian: bytes.loadUnaligned(fromByteOffset: start, as: Int64.self))
                guard allowed.contains(offset) else { return nil }
                last = max(last, offset)
            }
            return last
        }
    }

    /// Parses the attributes of one header.
    ///
    /// - Parameter rest: the bytes that start with them; afterwards, the bytes after them.
    /// - Returns: false if the header is cut off or damaged; those before that were parsed.
    package static func readAttributes(
        _ rest: inout ArraySlice<UInt8>, _ body: (Attribute) -> Void
    ) -> Bool {
        while let name = text(&rest) {
            if name.isEmpty { return true }
            guard let type = text(&rest), rest.count >= 4 else { return false }
            let size = Int(littleEndian: rest.prefix(4))
            rest = rest.dropFirst(4)
            guard size <= rest.count else { return false }
            body(Attribute(name: name, type: type, value: rest.prefix(size)))
            rest = rest.dropFirst(size)
        }
        return false
    }

    /// Parses text up to a NUL.
    package static func text(_ rest: inout ArraySlice<UInt8>) -> String? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }
}

/// The end of the headers, and what follows.
private struct Layout {
    /// The first byte after the headers.
    var end: Int64 = 0
    /// The number of entries in the offset table; nil if unknown.
    var chunks: Int? = 0
    /// The number of bytes in a chunk before its data size; nil if unknown.
    var chunkPrefix: Int?
    var size: PictureFile.Size?

    /// Nil if the headers are cut off.
    init?(_ bytes: [UInt8]) {
        guard bytes.count >= 8 else { return nil }
        let flags = Int(littleEndian: bytes[4..<8])
        let (isTiled, isDeep, isMultipart) = (flags & 0x200 != 0, flags & 0x800 != 0, flags & 0x1000 != 0)
        chunkPrefix = isDeep ? nil : (isMultipart ? 4 : 0) + 4
        var rest = bytes[8...]
        repeat {
            var part = Part(isTiled: isTiled, isDeep: isDeep)
            guard EXRFile.readAttributes(&rest, { part.take($0) }) else { return nil }
            size = size ?? part.display
            chunks = chunks.flatMap { sum in part.chunkCount.map { sum + $0 } }
            if part.isTiled || part.isDeep { chunkPrefix = nil }
        } while isMultipart && rest.first.map { $0 != 0 } ?? false
        if isMultipart {
            guard rest.first == 0 else { return nil }
            rest = rest.dropFirst()
        }
        end = Int64(rest.startIndex)
    }
}

/// The properties of one part's chunks, from its header.
private struct Part {
    var isTiled: Bool
    var isDeep: Bool
    var display: PictureFile.Size?
    private var named: Int?
    private var data: PictureFile.Size?
    private var linesOfChunk: Int?
    private var tile: PictureFile.Size?

    init(isTiled: Bool, isDeep: Bool) { (self.isTiled, self.isDeep) = (isTiled, isDeep) }

    mutating func take(_ attribute: EXRFile.Attribute) {
        let value = attribute.value
        switch (attribute.name, value.count) {
        case ("displayWindow", 16): display = Self.window(value)
        case ("dataWindow", 16): data = Self.window(value)
        case ("chunkCount", 4): named = Int(littleEndian: value)
        case ("compression", 1): linesOfChunk = Self.lines(compression: value.first ?? 0)
        // The number of tiles is only computed for images with one level.
        case ("tiles", 9): tile = (value.last ?? 0) & 0x0F == 0 ? Self.tileSize(value) : nil
        case ("type", _):
            let type = String(decoding: value, as: UTF8.self)
            isTiled = type.hasPrefix("tiled") || type.hasPrefix("deeptile")
            isDeep = type.hasPrefix("deep")
        default: break
        }
    }

    var chunkCount: Int? {
        if let named { return named }
        guard let data, data.width > 0, data.height > 0 else { return nil }
        if isTiled {
            return tile.map { (data.width - 1) / $0.width + 1 }.flatMap { columns in
                tile.map { columns * ((data.height - 1) / $0.height + 1) }
            }
        }
        return linesOfChunk.map { (data.height - 1) / $0 + 1 }
    }

    private static func window(_ value: ArraySlice<UInt8>) -> PictureFile.Size {
        let corners = (0..<4).map { index in
            let start = value.startIndex + index * 4
            return Int(Int32(truncatingIfNeeded: Int(littleEndian: value[start..<start + 4])))
        }
        return .init(width: corners[2] - corners[0] + 1, height: corners[3] - corners[1] + 1)
    }

    private static func tileSize(_ value: ArraySlice<UInt8>) -> PictureFile.Size? {
        let width = Int(littleEndian: value.prefix(4))
        let height = Int(littleEndian: value.dropFirst(4).prefix(4))
        return width > 0 && height > 0 ? .init(width: width, height: height) : nil
    }

    /// Lines in a chunk: none, RLE, ZIPS, ZIP, PIZ, PXR24, B44, B44A, DWAA, DWAB.
    private static func lines(compression: UInt8) -> Int? {
        let lines = [1, 1, 1, 16, 32, 16, 32, 32, 32, 256]
        return Int(compression) < lines.count ? lines[Int(compression)] : nil
    }
}
