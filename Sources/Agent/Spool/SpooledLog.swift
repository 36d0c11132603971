import Wording

/// The log of a run, read from its beginning to wherever it ends at the moment.
package struct SpooledLog: Sendable {
    private static let partSize = 256 << 10

    private let folder: String
    private let files: SpoolFiles
    private var offset = 0

    init(folder: String, files: SpoolFiles) {
        self.folder = folder
        self.files = files
    }

    /// The next bytes as the program printed them; nil when there are no more of them yet.
    ///
    /// Where the middle of a large log was left out, a line says so.
    ///
    /// - Throws: ``FileError``, also when the log was removed meanwhile.
    package mutating func next() throws(FileError) -> [UInt8]? {
        let segments = try LogFile(existingIn: folder, limit: .max, files: files).segments
        var part = [UInt8](repeating: 0, count: Self.partSize)
        let (start, count) = try part.withUnsafeMutableBufferPointer { (buffer) throws(FileError) in
            try segments.read(into: UnsafeMutableRawBufferPointer(buffer), at: offset, files: files)
        }
        if count == 0 { return nil }
        part.removeLast(part.count - count)
        let missing = start - offset
        offset = start + count
        return missing == 0
            ? part : Array("\n[\(ByteCountText.words(missing)) of output are left out here]\n".utf8) + part
    }
}
