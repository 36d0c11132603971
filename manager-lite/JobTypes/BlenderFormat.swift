import FlamencoAPI

/// A file format that Blender renders to, as `--render-format` spells it.
///
/// A spelling that Blender does not know makes it render in the format of the scene and exit with 0 (seen in 3.4), so
/// spellings are checked here.
struct BlenderFormat: Hashable {
    /// What one gets in the format.
    enum Kind {
        /// An image for each frame, which FFmpeg reads with the right colours.
        case image
        /// An image for each frame that is no picture to look at: scene-linear, or of layers; or that FFmpeg cannot read.
        case data
        /// One file with all frames.
        case movie
    }

    /// The spelling on Blender's command line.
    let argument: String
    /// The extension that Blender gives to the files, with the point.
    let fileExtension: String
    let kind: Kind

    /// Whether Blender can write a JPEG beside each image, by the same name but for the extension (3.4, seen).
    var hasPreviews: Bool { fileExtension == ".exr" }

    /// The formats of Blender; which of them an installation has depends on how it was built.
    static let all = [
        BlenderFormat(argument: "PNG", fileExtension: ".png", kind: .image),
        BlenderFormat(argument: "JPEG", fileExtension: ".jpg", kind: .image),
        BlenderFormat(argument: "BMP", fileExtension: ".bmp", kind: .image),
        BlenderFormat(argument: "TGA", fileExtension: ".tga", kind: .image),
        BlenderFormat(argument: "RAWTGA", fileExtension: ".tga", kind: .image),
        BlenderFormat(argument: "TIFF", fileExtension: ".tif", kind: .image),
        BlenderFormat(argument: "WEBP", fileExtension: ".webp", kind: .image),
        BlenderFormat(argument: "JP2", fileExtension: ".jp2", kind: .image),
        BlenderFormat(argument: "IRIS", fileExtension: ".rgb", kind: .data),
        BlenderFormat(argument: "DPX", fileExtension: ".dpx", kind: .data),
        BlenderFormat(argument: "CINEON", fileExtension: ".cin", kind: .data),
        BlenderFormat(argument: "HDR", fileExtension: ".hdr", kind: .data),
        BlenderFormat(argument: "OPEN_EXR", fileExtension: ".exr", kind: .data),
        BlenderFormat(argument: "OPEN_EXR_MULTILAYER", fileExtension: ".exr", kind: .data),
        BlenderFormat(argument: "FFMPEG", fileExtension: "", kind: .movie),
        BlenderFormat(argument: "AVIJPEG", fileExtension: ".avi", kind: .movie),
        BlenderFormat(argument: "AVIRAW", fileExtension: ".avi", kind: .movie),
    ]

    /// What Blender's Python interface, from which submitters take the format, spells in another way.
    private static let pythonSpellings = [
        "TARGA": "TGA", "TARGA_RAW": "RAWTGA", "JPEG2000": "JP2", "AVI_JPEG": "AVIJPEG", "AVI_RAW": "AVIRAW",
    ]

    /// The format of this spelling, on the command line or in Python.
    init?(named name: String) {
        let argument = Self.pythonSpellings[name] ?? name
        guard let format = Self.all.first(where: { $0.argument == argument }) else { return nil }
        self = format
    }

    /// A format that is not known here: one that a newer Blender has, perhaps.
    init(unknown argument: String, fileExtension: String) {
        self.init(argument: argument, fileExtension: fileExtension, kind: .image)
    }

    private init(argument: String, fileExtension: String, kind: Kind) {
        self.argument = argument
        self.fileExtension = fileExtension
        self.kind = kind
    }

    /// The extensions that Blender takes off a file name that ends in one, before it puts its own there.
    static let imageExtensions: Set<String> = Set(all.filter { $0.kind != .movie }.map(\.fileExtension)).union([
        ".jpeg", ".tiff",
    ])
}
