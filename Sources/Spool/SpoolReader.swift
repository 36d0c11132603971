import FileWork
import FlamencoAPI
import FoundationEssentials
import HumanText
package import System

/// Looks into a spool without touching it, whether an agent has it open or not.
package struct SpoolReader: Sendable {
    /// The folder of the spool.
    package let path: String
    private let files = SpoolFiles()

    private var tasks: String { path + "/tasks" }

    /// A reader for the spool in a state directory.
    package init(stateDirectory: String) { path = stateDirectory + "/spool" }

    /// Every run of a task that has a log on this machine, oldest first; none when there is no spool.
    ///
    /// - Throws: ``SpoolError`` when the spool is of a newer agent, or cannot be read.
    package func runs() throws(SpoolError) -> [SpooledRun] {
        guard SpoolVersion.isWritten(in: path, files: files) else { return try emptyIfAbsent() }
        try SpoolVersion.check(path, files: files)
        // The agent may remove a folder while this looks at it; then it is not there.
        return try names().compactMap { try? run($0) }
    }

    /// What a run looks like now.
    ///
    /// - Throws: ``FileError``, also when its folder was removed meanwhile.
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

    /// The log of a run, from its beginning.
    package func log(of run: SpooledRun) -> SpooledLog { SpooledLog(folder: tasks + "/" + run.name, files: files) }

    private func names() throws(SpoolError) -> [String] {
        do throws(FileError) {
            return try files.names(in: tasks)
        } catch {
            throw SpoolError(folder: path, error)
        }
    }

    /// A folder that cannot be looked into is not the same as none.
    private func emptyIfAbsent() throws(SpoolError) -> [SpooledRun] {
        do throws(FileError) {
            _ = try files.open(path, .read)
        } catch {
            if !error.isAbsence { throw SpoolError(folder: path, error) }
        }
        return []
    }
}

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
            ? part : Array("\n[\(ByteCountText.text(missing)) of output are left out here]\n".utf8) + part
    }
}
