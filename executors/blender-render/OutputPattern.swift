import ExecutorKit

/// The file names of frames: from `--render-output`, as far as they can be determined without the file.
struct OutputPattern: Hashable {
    /// The folder of the files.
    let folder: String
    /// The path without number and extension, as given.
    let path: String
    /// Whether all frames are in one video.
    let isVideo: Bool
    private let prefix: String
    private let digits: Int
    private let suffix: String
    /// The possible extensions, without dots; an empty one for none.
    private let extensions: [String]

    private static let ofFormats: [String: [String]] = [
        "PNG": ["png"], "JPEG": ["jpg"], "OPEN_EXR": ["exr"], "OPEN_EXR_MULTILAYER": ["exr"], "EXR": ["exr"],
        "MULTILAYER": ["exr"], "TGA": ["tga"], "RAWTGA": ["tga"], "TIFF": ["tif"], "BMP": ["bmp"], "IRIS": ["rgb"],
        "HDR": ["hdr"], "CINEON": ["cin"], "DPX": ["dpx"], "JP2": ["jp2", "j2c"], "WEBP": ["webp"],
    ]
    private static let images = Set(ofFormats.values.joined())
    static let videoFormats: Set<String> = ["FFMPEG", "AVIJPEG", "AVIRAW", "MPEG"]
    private static let videos: Set<String> = [
        "mp4", "mov", "mkv", "avi", "mpg", "mpeg", "webm", "ogv", "ogg", "flv", "m4v", "dv", "ts",
    ]

    /// - Parameters:
    ///   - output: as given; a leading `//` is the folder of the scene.
    ///   - format: as in `--render-format`; if nil, that of the file.
    /// - Returns: nil if the path depends on the file, on the working directory of Blender, or on a template.
    init?(_ output: String, blendfile: String?, format: String?, usesExtension: Bool?) {
        var path = output
        if output.hasPrefix("//") {
            guard let blendfile, blendfile.hasPrefix("/") else { return nil }
            path = FilePath.parent(of: blendfile) + "/" + output.dropFirst(2)
        }
        guard path.hasPrefix("/"), !path.contains("{") else { return nil }
        self.path = path
        folder = path.hasSuffix("/") ? FilePath.withoutTrailingSlashes(path) : FilePath.parent(of: path)
        let name = path.hasSuffix("/") ? "" : FilePath.name(of: path)
        if let last = name.lastIndex(of: "#") {
            let first = name[..<last].lastIndex { $0 != "#" }.map { name.index(after: $0) } ?? name.startIndex
            prefix = String(name[..<first])
            digits = name.distance(from: first, to: last) + 1
            suffix = String(name[name.index(after: last)...])
        } else {
            (prefix, digits, suffix) = (name, 4, "")
        }
        let given = FilePath.nameExtension(of: name)
        isVideo = format.map(Self.videoFormats.contains) ?? Self.videos.contains(given)
        switch (usesExtension, format.flatMap { Self.ofFormats[$0] }) {
        case (false, _): extensions = [""]
        case (_, let known?): extensions = known
        default: extensions = Self.images.sorted() + [""]
        }
    }

    /// Returns the frame number in a file name, if it has the form of a frame's name, and whether it is exactly the
    /// name used by Blender: files of several views have longer names.
    func frame(of name: String) -> (number: Int, isExact: Bool)? {
        guard name.hasPrefix(prefix) else { return nil }
        let rest = name.dropFirst(prefix.count)
        let number = rest.prefix { $0.isASCII && $0.isNumber || $0 == "-" }
        guard let frame = Int(number), text(of: frame) == number else { return nil }
        let behind = String(rest.dropFirst(number.count))
        let isExact = extensions.contains { behind == Self.adding($0, to: suffix) }
        guard isExact || behind.isEmpty || ".-_".contains(behind.first ?? "0") else { return nil }
        return (frame, isExact)
    }

    /// The common beginning of all file names.
    var commonPrefix: String { FilePath.withoutExtension(prefix) }

    /// Whether a file of this name would be the video.
    func isVideo(_ name: String) -> Bool {
        let base = prefix + (digits == 4 && suffix.isEmpty ? "" : suffix)
        return name == FilePath.name(of: path)
            || name.hasPrefix(FilePath.withoutExtension(base)) && Self.videos.contains(FilePath.nameExtension(of: name))
    }

    /// Returns the number as in file names: `0012`, and `-012` for a negative one.
    private func text(of frame: Int) -> String {
        let number = String(frame.magnitude)
        return (frame < 0 ? "-" : "") + String(repeating: "0", count: max(0, digits - number.count)) + number
    }

    /// Blender replaces the extension of another image format.
    private static func adding(_ ending: String, to suffix: String) -> String {
        if ending.isEmpty { return suffix }
        let given = FilePath.nameExtension(of: suffix)
        return (images.contains(given) ? FilePath.withoutExtension("x" + suffix).dropFirst() : suffix[...]) + "."
            + ending
    }
}
