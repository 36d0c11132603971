package import System

extension CommandFiles {
    // MARK: Queries

    /// Returns the status of a path, following symbolic links; nil if it does not exist.
    package func status(of path: String) async throws -> FileStatus? {
        guard case .status(let status) = try await perform(.status(path)) else { throw UnexpectedReplyError() }
        return status
    }

    /// Reads pieces of a file, at most 8 MiB in total; nil if it does not exist, no pieces if it is not a regular file.
    package func read(_ path: String, _ pieces: FilePiece...) async throws -> FileContent? {
        guard case .content(let content) = try await perform(.read(path, pieces)) else { throw UnexpectedReplyError() }
        return content
    }

    /// Returns the status of each path, following symbolic links; nil if it does not exist, or must not be used.
    package func statuses(of paths: [String]) async throws -> [FileStatus?] {
        guard case .statuses(let statuses) = try await perform(.statuses(paths)), statuses.count == paths.count else {
            throw UnexpectedReplyError()
        }
        return statuses
    }

    /// Returns the names in a folder with a prefix, sorted; empty if it does not exist.
    package func names(in folder: String, prefix: String = "") async throws -> [String] {
        guard case .texts(let names) = try await perform(.names(folder, prefix: prefix)) else {
            throw UnexpectedReplyError()
        }
        return names
    }

    /// Checks the beginning and end of files; the problem of a file is in its ``PictureFile/fault``.
    public func pictures(at paths: [String]) async throws -> [PictureFile] {
        var pictures: [PictureFile] = []
        // In batches, so that no request takes long, or exceeds the maximum size of a message.
        for start in stride(from: 0, to: paths.count, by: Self.mostPictures) {
            let some = Array(paths[start..<min(start + Self.mostPictures, paths.count)])
            guard case .pictures(let found) = try await perform(.pictures(some)), found.count == some.count else {
                throw UnexpectedReplyError()
            }
            pictures += found
        }
        return pictures
    }

    private static let mostPictures = 500

    /// Returns the paths that match a pattern, sorted, like FFmpeg's `-pattern_type glob`.
    package func matches(_ pattern: String) async throws -> [String] {
        guard case .texts(let paths) = try await perform(.matches(pattern)) else { throw UnexpectedReplyError() }
        return paths
    }

    /// Returns whether both are regular files with the same content; `other` must not be a symbolic link.
    package func haveSameContent(_ path: String, _ other: String) async throws -> Bool {
        guard case .answer(let same) = try await perform(.haveSameContent(path, other)) else {
            throw UnexpectedReplyError()
        }
        return same
    }

    /// Returns the operator's rule that forbids each of these paths, as text; empty if there is none.
    func refusals(of paths: [String]) async throws -> [String] {
        guard case .texts(let rules) = try await perform(.refusals(paths)), rules.count == paths.count else {
            throw UnexpectedReplyError()
        }
        return rules
    }

    // MARK: Changes

    /// Creates a folder and all missing folders above it; an existing one is not an error.
    public func makeFolders(_ path: String) async throws { _ = try await perform(.makeFolders(path)) }

    /// Creates the parent folder of a path, and all missing folders above it.
    public func makeFolder(around path: String) async throws { _ = try await perform(.makeFolderAround(path)) }

    /// Copies a file to a path that must not exist; it appears there when it is complete and on disk.
    package func copyFile(
        _ source: String, to destination: String, progress: @escaping @Sendable (FileProgress) -> Void
    ) async throws {
        _ = try await perform(.copyFile(source: source, destination: destination), progress: progress)
    }

    /// Moves a folder, after moving an existing one at its destination aside.
    ///
    /// - Returns: the new path of that; nil if there was none.
    package func moveFolder(
        _ source: String, to destination: String, progress: @escaping @Sendable (FileProgress) -> Void
    ) async throws -> String? {
        let request = FileRequest.moveFolder(source: source, destination: destination)
        guard case .texts(let aside) = try await perform(request, progress: progress) else {
            throw UnexpectedReplyError()
        }
        return aside.first
    }

    /// Removes a regular file of size 0; leaves everything else.
    ///
    /// - Returns: whether a file was removed.
    package func removeEmptyFile(_ path: String) async throws -> Bool {
        guard case .answer(let removed) = try await perform(.removeEmptyFile(path)) else {
            throw UnexpectedReplyError()
        }
        return removed
    }
}
