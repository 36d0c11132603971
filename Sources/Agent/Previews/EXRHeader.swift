import FoundationEssentials

/// The header of an OpenEXR file, as far as it says where the image is (OpenEXR: “File Layout”).
struct EXRHeader: Hashable, Sendable {
    /// The names of the channels, in their order.
    let channels: [String]

    /// Reads the beginning of a file; nil when it is none of OpenEXR.
    ///
    /// A header that is cut off or damaged has the channels that were found until then.
    init?(_ bytes: Data) {
        guard bytes.starts(with: [0x76, 0x2F, 0x31, 0x01]), bytes.count >= 8 else { return nil }
        var rest = bytes.dropFirst(8)
        var channels: [String] = []
        while let name = Self.name(&rest), !name.isEmpty, let type = Self.name(&rest), let size = Self.number(&rest),
            size <= rest.count
        {
            if name == "channels", type == "chlist" { channels = Self.channelNames(rest.prefix(size)) }
            rest = rest.dropFirst(size)
        }
        self.channels = channels
    }

    /// The layer that shows the image where it is not at the top: of a multi-layer render the combined pass, else the first
    /// with colours.
    var layer: String? {
        if channels.contains("R") || channels.contains("Y") { return nil }
        let layers = channels.compactMap { $0.hasSuffix(".R") ? String($0.dropLast(2)) : nil }
            .filter { channels.contains($0 + ".G") && channels.contains($0 + ".B") }
        return layers.first { $0 == "Combined" || $0.hasSuffix(".Combined") } ?? layers.first
    }

    private static func channelNames(_ list: Data) -> [String] {
        var rest = list
        var names: [String] = []
        // Pixel type, flags and sampling follow each name.
        while let name = name(&rest), !name.isEmpty {
            names.append(name)
            rest = rest.dropFirst(16)
        }
        return names
    }

    /// Text up to a NUL.
    private static func name(_ rest: inout Data) -> String? {
        guard let end = rest.firstIndex(of: 0) else { return nil }
        defer { rest = rest[(end + 1)...] }
        return String(decoding: rest[..<end], as: UTF8.self)
    }

    /// A number of four bytes, least significant first; never negative.
    private static func number(_ rest: inout Data) -> Int? {
        guard rest.count >= 4 else { return nil }
        defer { rest = rest.dropFirst(4) }
        return Int(UInt32(littleEndianBytes: rest.prefix(4)))
    }
}
