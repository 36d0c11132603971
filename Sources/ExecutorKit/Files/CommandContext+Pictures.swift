import FoundationEssentials
import System

/// File operations of result checks in addition to ``CommandFiles/pictures(at:)``, performed by
/// ``CommandContext/files``.
extension CommandContext {
    /// Returns selected files of a folder by name, with their versions; empty if the folder cannot be read or must not
    /// be used.
    package func versions(
        in folder: String, prefix: String, where isWanted: (_ name: String) -> Bool
    ) async throws -> [String: FileVersion] {
        let names = try await names(in: folder, prefix: prefix).filter(isWanted)
        let statuses = try await files.statuses(of: names.map { "\(folder)/\($0)" })
        return Dictionary(
            uniqueKeysWithValues: zip(names, statuses).compactMap { name, status in
                status.map { (name, FileVersion($0)) }
            })
    }

    /// Returns the new path of a file that was moved or renamed from `path`, if it was written at that time or later: a
    /// file of the same name in a folder nearby, or one in its own folder whose name contains that of the file.
    package func place(ofMoved path: String, notBefore start: Int64) async throws -> String? {
        let folder = FilePath.parent(of: path)
        let name = FilePath.name(of: path)
        let stem = FilePath.withoutExtension(name)
        let own = try await names(in: folder)
        if let renamed = try await newest(of: own.filter { $0.contains(stem) }.map { "\(folder)/\($0)" }, start) {
            return renamed
        }
        let parent = FilePath.parent(of: folder)
        let beside = parent.isEmpty || parent == "/" ? [] : try await names(in: parent).map { "\(parent)/\($0)" }
        let folders = ([parent] + own.map { "\(folder)/\($0)" } + beside).prefix(Self.mostFolders)
        return try await newest(of: folders.map { "\($0)/\(name)" }.filter { $0 != path }, start)
    }

    /// Removes those of these files that are regular, empty and in ``NodePolicy/allowedPaths``.
    ///
    /// - Returns: the files that were removed.
    package func removeEmptyFiles(_ paths: [String]) async throws -> [String] {
        var removed: [String] = []
        for path in paths {
            if try await unlessRefused({ try await files.removeEmptyFile(path) }) ?? false { removed.append(path) }
        }
        return removed
    }

    /// Returns the beginning of a text file; nil if it does not exist, or cannot or must not be read.
    package func beginning(ofText path: String, atMost count: UInt32) async throws -> [UInt8]? {
        try await unlessRefused { try await files.read(path, .first(count))?.pieces.first } ?? nil
    }

    /// The maximum number of folders to search, which limits the time.
    private static var mostFolders: Int { 200 }

    private func names(in folder: String, prefix: String = "") async throws -> [String] {
        try await unlessRefused { try await files.names(in: folder, prefix: prefix) } ?? []
    }

    private func newest(of paths: [String], _ start: Int64) async throws -> String? {
        let statuses = try await files.statuses(of: paths)
        return zip(paths, statuses).first { _, status in
            status.map { $0.kind == .file && $0.size > 0 && $0.modified.seconds >= start } ?? false
        }?.0
    }

    /// Inaccessible files are not a reason to fail: nil means unknown.
    private func unlessRefused<Value>(_ look: () async throws -> Value) async throws -> Value? {
        do {
            return try await look()
        } catch is FileError, is CommandError, is PolicyViolation {
            return nil
        }
    }
}

extension FilePath {
    /// The time in the unit of file timestamps.
    package static func secondsSince1970() -> Int64 { Int64(Date().timeIntervalSince1970) }

    /// Returns the last component of a path.
    package static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// Returns `b` for `b.png`.
    package static func withoutExtension(_ name: String) -> String {
        name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
    }
}
