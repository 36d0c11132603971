import SupervisorProtocol
package import System

/// Checks an image file by its beginning and its end. No file is read completely.
///
/// For PNG, JPEG and OpenEXR, the beginning and the end must be valid; any other file must not be empty.
public struct PictureFile: Hashable, Sendable {
    /// A problem with a file.
    public enum Fault: Hashable, Sendable {
        /// The file does not exist, but its folder does.
        case missing
        /// The folder of the file does not exist on this machine.
        case folderMissing
        /// It is empty.
        case empty
        /// It is truncated, or not an image of this format.
        case cut(format: String)
        /// It cannot be read, for this reason.
        case unreadable(String)

        /// The problem, as the predicate of the file's path: "is empty".
        public var text: String {
            switch self {
            case .missing: "does not exist"
            case .folderMissing: "is in a folder that does not exist on this machine"
            case .empty: "is empty"
            case .cut(let format): "is not a complete \(format) file"
            case .unreadable(let reason): "cannot be read: \(reason)"
            }
        }
    }

    /// Width and height in pixels.
    public struct Size: Hashable, Sendable, CustomStringConvertible {
        /// In pixels.
        public let width, height: Int
        /// `1920×1080`.
        public var description: String { "\(width)×\(height)" }
    }

    /// The path of the file.
    public let path: String
    /// The problem; nil if there is none.
    public let fault: Fault?
    /// The size of the image, as far as it can be determined quickly.
    public let size: Size?
    /// The modification time and size of the file: they change when it is written again.
    public let version: FileVersion?

    private init(_ path: String, _ fault: Fault?, size: Size? = nil, version: FileVersion? = nil) {
        (self.path, self.fault, self.size, self.version) = (path, fault, size, version)
    }

    /// Checks a file; blocks.
    package init(at path: String, _ policy: FilePolicy = FilePolicy()) {
        do {
            self = try Self.look(at: path, policy)
        } catch let refusal as FileRefusalError {
            self.init(path, .unreadable(refusal.rule))
        } catch {
            self.init(path, .unreadable("\(error)"))
        }
    }

    private static func look(at path: String, _ policy: FilePolicy) throws -> PictureFile {
        let place: Place
        do {
            place = try policy.place(of: path, followingLinks: true)
        } catch let error as FileError where error.isMissing || error.isNoFolder {
            return PictureFile(path, .folderMissing)
        }
        guard let found = try place.status() else { return PictureFile(path, .missing) }
        // Opening a device might have side effects.
        guard found.kind == .file else { return PictureFile(path, nil, version: FileVersion(found)) }
        if found.size == 0 { return PictureFile(path, .empty, version: FileVersion(found)) }
        let file = try OpenFile(place)
        let (fault, size) = try look(file, name: path)
        return PictureFile(path, fault, size: size, version: FileVersion(file.status))
    }

    /// How far from the end the last bytes of a format are searched: some programs append data.
    private static let tailSize = 64 << 10

    private static func look(_ file: borrowing OpenFile, name: String) throws(FileError) -> (Fault?, Size?) {
        let head = try file.bytes(at: 0, count: 32)
        if head.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]) {
            let size =
                head.count < 24
                ? nil : Size(width: Int(bigEndian: head[16..<20]), height: Int(bigEndian: head[20..<24]))
            let hasEnd = try ends(file, with: [0x49, 0x45, 0x4E, 0x44, 0xAE, 0x42, 0x60, 0x82])
            return (hasEnd ? nil : .cut(format: "PNG"), size)
        }
        if head.starts(with: [0xFF, 0xD8, 0xFF]) {
            return (try ends(file, with: [0xFF, 0xD9]) ? nil : .cut(format: "JPEG"), try jpegSize(file))
        }
        if head.starts(with: EXRFile.signature) {
            let exr = try EXRFile(file)
            return (exr.isComplete ? nil : .cut(format: "OpenEXR"), exr.size)
        }
        if file.size >= 16, isOtherPicture(head) { return (nil, nil) }
        // A file whose name has one of these extensions, but with other content.
        let format = ["png": "PNG", "jpg": "JPEG", "jpeg": "JPEG", "exr": "OpenEXR"][FilePath.nameExtension(of: name)]
        return (format.map { .cut(format: $0) }, nil)
    }

    /// TIFF, BMP, WebP and others: a script may keep the name and change the format.
    private static func isOtherPicture(_ head: [UInt8]) -> Bool {
        let signatures: [[UInt8]] = [
            [0x49, 0x49, 0x2A, 0], [0x4D, 0x4D, 0, 0x2A], [0x42, 0x4D], Array("RIFF".utf8), Array("GIF8".utf8),
            Array("#?RADIANCE".utf8), Array("SDPX".utf8), Array("XPDS".utf8), [0x80, 0x2A, 0x5F, 0xD7], [0x01, 0xDA],
            [0, 0, 0, 0x0C, 0x6A, 0x50], [0xFF, 0x4F, 0xFF, 0x51],
        ]
        return signatures.contains { head.starts(with: $0) }
    }

    private static func ends(_ file: borrowing OpenFile, with end: [UInt8]) throws(FileError) -> Bool {
        let last = try file.bytes(at: file.size - Int64(end.count), count: end.count)
        if last == end { return true }
        let tail = try file.bytes(at: max(0, file.size - Int64(tailSize)), count: tailSize)
        return tail.count >= end.count
            && (0...(tail.count - end.count)).reversed().contains { tail[$0...].starts(with: end) }
    }

    /// From the frame header: ITU T.81, B.2.2.
    private static func jpegSize(_ file: borrowing OpenFile) throws(FileError) -> Size? {
        var position: Int64 = 2
        for _ in 0..<64 {
            let marker = try file.bytes(at: position, count: 9)
            guard marker.count == 9, marker[0] == 0xFF else { return nil }
            if (0xC0...0xCF).contains(marker[1]), ![0xC4, 0xC8, 0xCC].contains(marker[1]) {
                return Size(width: Int(bigEndian: marker[7..<9]), height: Int(bigEndian: marker[5..<7]))
            }
            if marker[1] == 0xDA { return nil }
            position += 2 + Int64(Int(bigEndian: marker[2..<4]))
        }
        return nil
    }
}

/// The modification time of a file, and its size at that time.
public struct FileVersion: Hashable, Sendable {
    private let modified: FileTime
    private let size: Int64

    package init(_ status: FileStatus) { (modified, size) = (status.modified, status.size) }

    /// Whether it was empty.
    public var isEmpty: Bool { size == 0 }
}

/// A file opened for reading parts of it.
struct OpenFile: ~Copyable {
    let path: String
    let status: FileStatus
    private let descriptor: Descriptor

    /// In bytes.
    var size: Int64 { status.size }

    init(_ place: borrowing Place) throws(FileError) {
        let path = place.path
        let descriptor = try place.read()
        status = try FileError.during("look at \(path)") { () throws(SystemError) in try descriptor.status() }
        self.path = path
        self.descriptor = descriptor
    }

    /// Returns as many of these bytes as there are.
    func bytes(at position: Int64, count: Int) throws(FileError) -> [UInt8] {
        var failure: FileError?
        let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
            do throws(FileError) {
                filled = try FileRequest.fill(
                    UnsafeMutableRawBufferPointer(buffer), BorrowedDescriptor(descriptor.number), from: position, path)
            } catch {
                failure = error
            }
        }
        if let failure { throw failure }
        return bytes
    }
}

// MARK: Serialisation

extension PictureFile {
    func write(to writer: inout ByteWriter) {
        writer.append(path)
        let (kind, text): (UInt8, String) =
            switch fault {
            case nil: (0, "")
            case .missing: (1, "")
            case .folderMissing: (2, "")
            case .empty: (3, "")
            case .cut(let format): (4, format)
            case .unreadable(let reason): (5, reason)
            }
        writer.append(kind)
        writer.append(text)
        writer.append(size) { writer, size in
            writer.append(Int64(size.width))
            writer.append(Int64(size.height))
        }
        writer.append(version) { $1.write(to: &$0) }
    }

    init(from reader: inout ByteReader) throws {
        path = try reader.text()
        let (kind, text) = (try reader.integer(UInt8.self), try reader.text())
        fault =
            switch kind {
            case 0: nil
            case 1: .missing
            case 2: .folderMissing
            case 3: .empty
            case 4: .cut(format: text)
            case 5: .unreadable(text)
            case let other: throw MalformedMessageError("unknown fault of a picture \(other)")
            }
        size = try reader.optional { reader in
            Size(
                width: Int(clamping: try reader.integer(Int64.self)),
                height: Int(clamping: try reader.integer(Int64.self)))
        }
        version = try reader.optional { try FileVersion(from: &$0) }
    }
}

extension FileVersion {
    fileprivate func write(to writer: inout ByteWriter) {
        writer.append(modified.seconds)
        writer.append(modified.nanoseconds)
        writer.append(size)
    }

    fileprivate init(from reader: inout ByteReader) throws {
        modified = try FileTime(seconds: reader.integer(), nanoseconds: reader.integer())
        size = try reader.integer()
    }
}

extension Int {
    init(bigEndian bytes: some Sequence<UInt8>) { self = bytes.reduce(0) { $0 << 8 | Int($1) } }
    init(littleEndian bytes: some BidirectionalCollection<UInt8>) { self.init(bigEndian: bytes.reversed()) }
}
