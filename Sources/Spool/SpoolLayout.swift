import FileWork
import FoundationEssentials
import System

/// A delivered spool, kept for inspection.
struct KeptSpool: Hashable, Sendable {
    let name: String
    let bytes: Int
    /// Whether the manager refused the outcome of the task, so that the spool is its only copy.
    let isRefused: Bool

    init(name: String, bytes: Int, isRefused: Bool = false) {
        self.name = name
        self.bytes = bytes
        self.isRefused = isRefused
    }

    /// Opens the spool in a folder, if the manager has accepted or refused it; its events are not read.
    init?(existing name: String, in parent: String, files: SpoolFiles) throws(FileError) {
        let folder = parent + "/" + name
        guard files.size(of: folder + "/cursor") != nil else { return nil }
        var cursor = CursorFile(path: folder + "/cursor", files: files)
        let state = try cursor.read()
        guard state.isClosed else { return nil }
        let log = try LogFile(existingIn: folder, limit: .max, files: files)
        self.init(name: name, bytes: log.storedBytes, isRefused: state.isRefused)
    }

    /// Removes spools beyond the limits from `kept` and returns them, oldest first; refused ones have separate limits.
    static func takeSurplus(of kept: inout [KeptSpool], limits: SpoolLimits) -> [KeptSpool] {
        takeSurplus(of: &kept, tasks: limits.keptTasks, bytes: limits.keptBytes) { !$0.isRefused }
            + takeSurplus(of: &kept, tasks: limits.refusedTasks, bytes: limits.refusedBytes, where: \.isRefused)
    }

    private static func takeSurplus(
        of kept: inout [KeptSpool], tasks: Int, bytes: Int, where concerns: (KeptSpool) -> Bool
    ) -> [KeptSpool] {
        var rest = kept.filter(concerns)[...]
        var used = rest.reduce(0) { $0 + $1.bytes }
        var surplus: Set<KeptSpool> = []
        while let oldest = rest.first, rest.count > tasks || used > bytes {
            used -= oldest.bytes
            surplus.insert(oldest)
            rest.removeFirst()
        }
        defer { kept.removeAll(where: surplus.contains) }
        return kept.filter(surplus.contains)
    }
}

/// The name of a task's folder: "20260131T120000.123Z-<task>", which sorts by time.
enum SpoolName {
    private static let stampLength = 20

    /// - Parameter time: in milliseconds since 1970.
    static func of(taskID: String, at time: Int) -> String {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
        let stamp = Date(timeIntervalSince1970: Double(time) / 1000 + 0.0002).formatted(style)
        // The ID comes from the manager, and may not be valid as a file name.
        let task = taskID.unicodeScalars.prefix(100).map { scalar -> Swift.Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || scalar == "-" ? Swift.Character(scalar) : "_"
        }
        return stamp + "-" + String(task)
    }

    /// The time in a name, in milliseconds since 1970.
    static func time(of name: String) -> Int? {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
        guard let date = try? style.parse(String(name.prefix(stampLength))) else { return nil }
        return Int((date.timeIntervalSince1970 * 1000).rounded())
    }
}

/// The format version of a spool, stored in its `version` file.
enum SpoolVersion {
    private static let current = 1

    /// Writes the version of a new spool.
    static func write(to folder: String, files: SpoolFiles) throws(FileError) {
        try files.replace(folder + "/version", with: Array("\(current)\n".utf8))
    }

    /// Whether a spool has a version, of any value.
    static func isWritten(in folder: String, files: SpoolFiles) -> Bool { files.size(of: folder + "/version") != nil }

    /// - Throws: ``SpoolError`` if a newer agent wrote the spool, the file does not contain a version, or it cannot be
    ///   read.
    static func check(_ folder: String, files: SpoolFiles) throws(SpoolError) {
        let path = folder + "/version"
        let text: String
        do throws(FileError) {
            text = String(decoding: try files.open(path, .read).readAll(), as: UTF8.self)
        } catch {
            throw SpoolError(folder: folder, error)
        }
        if text == "\(current)\n" { return }
        // A line without its end may be truncated.
        guard text.hasSuffix("\n"), let found = Int(text.dropLast()), found > current else {
            throw SpoolError(folder: folder, reason: .damagedVersion(path: path, found: text, known: current))
        }
        throw SpoolError(folder: folder, reason: .newerVersion(found: found, known: current))
    }
}
