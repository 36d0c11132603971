/// The mounted file systems, as seen by this process.
///
/// Device numbers are not sufficient: a bind mount has the number of its source, and each btrfs subvolume its own.
struct MountTable: Hashable, Sendable {
    /// One mount.
    struct Mount: Hashable, Sendable {
        /// The mounted folder, as a path within its file system.
        let root: String
        /// The mount point.
        let point: String
        /// The type of the file system.
        let type: String
    }

    /// The file with the mount table of this process.
    static let file = "/proc/self/mountinfo"

    /// The mounts, in the order in which they were made.
    let mounts: [Mount]

    /// Parses `/proc/self/mountinfo`; ignores lines of another form (`man 5 proc_pid_mountinfo`).
    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            // After the sixth field follow any number of optional fields, up to a dash.
            guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"), dash + 1 < fields.endIndex else {
                return nil
            }
            return Mount(
                root: Self.unescaped(fields[3]), point: Self.unescaped(fields[4]), type: String(fields[dash + 1]))
        }
    }

    /// Returns the mount at exactly this path; the topmost, if several are stacked.
    ///
    /// An automount point whose file system is not mounted yet does not count.
    func mount(at path: String) -> Mount? {
        mounts.last { $0.point == path }.flatMap { $0.type == "autofs" ? nil : $0 }
    }

    /// Decodes spaces, tabs, line feeds and backslashes, which are written as a backslash and three octal digits.
    private static func unescaped(_ field: Substring) -> String {
        guard field.contains("\\") else { return String(field) }
        var bytes: [UInt8] = []
        var rest = Array(field.utf8)[...]
        while let byte = rest.popFirst() {
            let digits = String(decoding: rest.prefix(3), as: UTF8.self)
            if byte == UInt8(ascii: "\\"), digits.count == 3, let code = UInt8(digits, radix: 8) {
                bytes.append(code)
                rest.removeFirst(3)
            } else {
                bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
