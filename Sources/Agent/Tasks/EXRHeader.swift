import ExecutorKit
import FoundationEssentials
import Spool

/// The header of an OpenEXR file, as far as needed to find the image (OpenEXR: "File Layout").
struct EXRHeader: Hashable, Sendable {
    /// The names of the channels, in order.
    let channels: [String]

    /// Parses the beginning of a file; nil if it is not OpenEXR.
    ///
    /// A header that is cut off or damaged yields the channels found so far.
    init?(_ bytes: Data) {
        guard bytes.starts(with: EXRFile.signature), bytes.count >= 8 else { return nil }
        var rest = Array(bytes)[8...]
        var channels: [String] = []
        _ = EXRFile.readAttributes(&rest) { attribute in
            if attribute.name == "channels", attribute.type == "chlist" {
                channels = Self.channelNames(attribute.value)
            }
        }
        self.channels = channels
    }

    /// The layer with the image if it is not at the top level: of a multi-layer render the combined pass, otherwise the
    /// first with colours.
    var layer: String? {
        if channels.contains("R") || channels.contains("Y") { return nil }
        let layers = channels.compactMap { $0.hasSuffix(".R") ? String($0.dropLast(2)) : nil }
            .filter { channels.contains($0 + ".G") && channels.contains($0 + ".B") }
        return layers.first { $0 == "Combined" || $0.hasSuffix(".Combined") } ?? layers.first
    }

    private static func channelNames(_ list: ArraySlice<UInt8>) -> [String] {
        var rest = list
        var names: [String] = []
        // Pixel type, flags and sampling follow each name.
        while let name = EXRFile.text(&rest), !name.isEmpty {
            names.append(name)
            rest = rest.dropFirst(16)
        }
        return names
    }
}
