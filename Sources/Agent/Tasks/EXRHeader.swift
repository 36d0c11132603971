import ExecutorKit
import FoundationEssentials
import Spool

/// The header of an OpenEXR file, as far as it says where the image is (OpenEXR: “File Layout”).
struct EXRHeader: Hashable, Sendable {
    /// The names of the channels, in their order.
    let channels: [String]

    /// Reads the beginning of a file; nil when it is none of OpenEXR.
    ///
    /// A header that is cut off or damaged has the channels that were found until then.
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

    /// The layer that shows the image where it is not at the top: of a multi-layer render the combined pass, else the first
    /// with colours.
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
