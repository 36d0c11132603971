import FlamencoAPI

/// A file format of Blender, as spelled for `--render-format`.
///
/// An unknown spelling makes Blender render in the format of the scene and exit with 0 (observed in 3.4), so spellings
/// are checked here.
struct BlenderFormat: Hashable {
    /// The kind of output.
    enum Kind {
        /// An image for each frame, which FFmpeg reads with the right colours.
        case image
        /// An image for each frame that is not meant for viewing: scene-linear, or with layers; or that FFmpeg cannot
        /// read.
        case data
        /// One file with all frames.
        case movie
    }

    /// The spelling on Blender's command line.
    let argument: String
    /// The extension used by Blender, including the dot.
    let fileExtension: String
    let kind: Kind

    /// Whether Blender can write a JPEG next to each image, with the same base name (observed in 3.4).
    var hasPreviews: Bool { fileExtension == ".exr" }

    /// The formats of Blender; which of them are available depends on its build options.
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

    /// Formats with another spelling in Blender's Python interface, which submitters use.
    private static let pythonSpellings = [
        "TARGA": "TGA", "TARGA_RAW": "RAWTGA", "JPEG2000": "JP2", "AVI_JPEG": "AVIJPEG", "AVI_RAW": "AVIRAW",
    ]

    /// Looks up a format by its spelling, on the command line or in Python.
    init?(named name: String) {
        let argument = Self.pythonSpellings[name] ?? name
        guard let format = Self.all.first(where: { $0.argument == argument }) else { return nil }
        self = format
    }

    /// Creates an unknown format, possibly from a newer Blender.
    init(unknown argument: String, fileExtension: String) {
        self.init(argument: argument, fileExtension: fileExtension, kind: .image)
    }

    private init(argument: String, fileExtension: String, kind: Kind) {
        self.argument = argument
        self.fileExtension = fileExtension
        self.kind = kind
    }

    /// The extensions that Blender removes from a file name before it appends its own.
    static let imageExtensions: Set<String> = Set(all.filter { $0.kind != .movie }.map(\.fileExtension)).union([
        ".jpeg", ".tiff",
    ])
}
