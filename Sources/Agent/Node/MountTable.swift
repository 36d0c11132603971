/// What is mounted where, as this process sees it.
///
/// Device numbers would not do: a bind mount has the number of what it shows, and each subvolume of a btrfs one of its own.
struct MountTable: Hashable, Sendable {
    /// One mount.
    struct Mount: Hashable, Sendable {
        /// The folder of the file system that is shown, seen from that file system.
        let root: String
        /// Where it is shown.
        let point: String
        /// The type of the file system.
        let type: String
    }

    /// Where the kernel has the table of this process.
    static let file = "/proc/self/mountinfo"

    /// The mounts in the order in which they were made.
    let mounts: [Mount]

    /// Reads what `/proc/self/mountinfo` says; lines of another form are left out (`man 5 proc_pid_mountinfo`).
    init(_ text: String) {
        mounts = text.split(separator: "\n").compactMap { line in
            let fields = line.split(separator: " ")
            // Behind the sixth field come as many optional ones as there are, up to a dash.
            guard fields.count > 6, let dash = fields[6...].firstIndex(of: "-"), dash + 1 < fields.endIndex else {
                return nil
            }
            return Mount(
                root: Self.unescaped(fields[3]), point: Self.unescaped(fields[4]), type: String(fields[dash + 1]))
        }
    }

    /// What is mounted at exactly this path; of several one above the other the topmost.
    ///
    /// An automount point whose file system is not mounted yet is none.
    func mount(at path: String) -> Mount? {
        mounts.last { $0.point == path }.flatMap { $0.type == "autofs" ? nil : $0 }
    }

    /// Spaces, tabs, line feeds and backslashes are written as a backslash and three octal digits.
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
