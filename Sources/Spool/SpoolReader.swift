import FileWork
import FlamencoAPI
import FoundationEssentials
import HumanText
package import System

/// Reads a spool without changing it, whether or not an agent has it open.
package struct SpoolReader: Sendable {
    /// The folder of the spool.
    package let path: String
    private let files = SpoolFiles()

    private var tasks: String { path + "/tasks" }

    /// Creates a reader for the spool in a state directory.
    package init(stateDirectory: String) { path = stateDirectory + "/spool" }

    /// Returns every run of a task with a log on this machine, oldest first; empty if there is no spool.
    ///
    /// - Throws: ``SpoolError`` if the spool is of a newer agent, or cannot be read.
    package func runs() throws(SpoolError) -> [SpooledRun] {
        guard SpoolVersion.isWritten(in: path, files: files) else { return try emptyIfAbsent() }
        try SpoolVersion.check(path, files: files)
        // The agent may remove a folder in the meantime; it is then skipped.
        return try names().compactMap { try? run($0) }
    }

    /// Returns the current state of a run.
    ///
    /// - Throws: ``FileError``, also if its folder was removed in the meantime.
    package func run(_ name: String) throws(FileError) -> SpooledRun {
        let folder = tasks + "/" + name
        let entries = SpoolEntry.decode(try files.open(folder + "/events", .read).readAll()).entries
        var cursorFile = CursorFile(path: folder + "/cursor", files: files)
        let cursor = files.size(of: cursorFile.path) == nil ? DeliveryCursor() : try cursorFile.read()
        let segments = try LogFile(existingIn: folder, limit: .max, files: files).segments
        let waiting = segments.reduce(0) { $0 + max(0, $1.end - max($1.start, cursor.offset)) }
        return SpooledRun(
            name: name, task: entries.first { $0.task != nil }?.task,
            began: SpoolName.time(of: name).map { Date(timeIntervalSince1970: Double($0) / 1000) },
            ending: entries.first { $0.ends == true }.map { entry in
                entry.status.map { .outcome($0.spelling) } ?? .interrupted
            },
            bytes: segments.reduce(0) { $0 + $1.end - $1.start }, undelivered: cursor.isClosed ? 0 : waiting,
            isRefused: cursor.isRefused)
    }

    /// Returns the log of a run, from its beginning.
    package func log(of run: SpooledRun) -> SpooledLog { SpooledLog(folder: tasks + "/" + run.name, files: files) }

    private func names() throws(SpoolError) -> [String] {
        do throws(FileError) {
            return try files.names(in: tasks)
        } catch {
            throw SpoolError(folder: path, error)
        }
    }

    /// A folder that cannot be accessed is different from a missing one.
    private func emptyIfAbsent() throws(SpoolError) -> [SpooledRun] {
        do throws(FileError) {
            _ = try files.open(path, .read)
        } catch {
            if !error.isAbsence { throw SpoolError(folder: path, error) }
        }
        return []
    }
}

/// The log of a run, read from its beginning to its current end.
package struct SpooledLog: Sendable {
    private static let partSize = 256 << 10

    private let folder: String
    private let files: SpoolFiles
    private var offset = 0

    init(folder: String, files: SpoolFiles) {
        self.folder = folder
        self.files = files
    }

    /// Returns the next bytes as printed by the program; nil if there are no more yet.
    ///
    /// If the middle of a large log was omitted, a line says so.
    ///
    /// - Throws: ``FileError``, also if the log was removed in the meantime.
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
            ? part : Array("\n[\(ByteCountText.text(missing)) of output are left out here]\n".utf8) + part
    }
}
