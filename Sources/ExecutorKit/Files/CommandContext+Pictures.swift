import FoundationEssentials
import System

/// What result checks look at besides ``CommandFiles/pictures(at:)``, all of it done by ``CommandContext/files``.
extension CommandContext {
    /// The files of a folder that are wanted, by their names, with what tells one version of a file from the next; none when
    /// the folder cannot be read or must not be used.
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

    /// Where a file is that was moved away from `path` or renamed, if it was written at that time or later: one of that name
    /// in a folder nearby, or one in its own folder whose name has that of the file in it.
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

    /// The beginning of a text file; nil when there is none, or it cannot or must not be read.
    package func beginning(ofText path: String, atMost count: UInt32) async throws -> [UInt8]? {
        try await unlessRefused { try await files.read(path, .first(count))?.pieces.first } ?? nil
    }

    /// More folders are not looked into: a look must not last.
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

    /// What cannot be looked at is no reason to fail: whoever asks takes nil as not known.
    private func unlessRefused<Value>(_ look: () async throws -> Value) async throws -> Value? {
        do {
            return try await look()
        } catch is FileError, is CommandError, is PolicyViolation {
            return nil
        }
    }
}

extension FilePath {
    /// The time by which files are stamped.
    package static func secondsSince1970() -> Int64 { Int64(Date().timeIntervalSince1970) }

    /// The last part of a path.
    package static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    /// `b` for `b.png`.
    package static func withoutExtension(_ name: String) -> String {
        name.lastIndex(of: ".").map { $0 == name.startIndex ? name : String(name[..<$0]) } ?? name
    }
}
