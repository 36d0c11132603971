package import System

extension CommandFiles {
    // MARK: Looking

    /// What is at a path, symbolic links followed; nil when there is nothing.
    package func status(of path: String) async throws -> FileStatus? {
        guard case .status(let status) = try await perform(.status(path)) else { throw UnexpectedReplyError() }
        return status
    }

    /// Pieces of a file, at most 8 MiB in all; nil when there is nothing, no pieces when it is no regular file.
    package func read(_ path: String, _ pieces: FilePiece...) async throws -> FileContent? {
        guard case .content(let content) = try await perform(.read(path, pieces)) else { throw UnexpectedReplyError() }
        return content
    }

    /// What is at each of these paths, symbolic links followed; nil for what is not there, or must not be used.
    package func statuses(of paths: [String]) async throws -> [FileStatus?] {
        guard case .statuses(let statuses) = try await perform(.statuses(paths)), statuses.count == paths.count else {
            throw UnexpectedReplyError()
        }
        return statuses
    }

    /// The names in a folder that begin so, sorted; none when it is missing.
    package func names(in folder: String, prefix: String = "") async throws -> [String] {
        guard case .texts(let names) = try await perform(.names(folder, prefix: prefix)) else {
            throw UnexpectedReplyError()
        }
        return names
    }

    /// Looks at the two ends of files; what is wrong with one is in its ``PictureFile/fault``.
    public func pictures(at paths: [String]) async throws -> [PictureFile] {
        var pictures: [PictureFile] = []
        // So that no request lasts, and none is longer than a message can be.
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

    /// The paths that match a pattern, sorted, as FFmpeg's `-pattern_type glob` matches.
    package func matches(_ pattern: String) async throws -> [String] {
        guard case .texts(let paths) = try await perform(.matches(pattern)) else { throw UnexpectedReplyError() }
        return paths
    }

    /// Whether both are regular files with the same content; `other` must not be a symbolic link.
    package func haveSameContent(_ path: String, _ other: String) async throws -> Bool {
        guard case .answer(let same) = try await perform(.haveSameContent(path, other)) else {
            throw UnexpectedReplyError()
        }
        return same
    }

    /// The operator's rule against using each of these paths, in words; empty where there is none.
    func refusals(of paths: [String]) async throws -> [String] {
        guard case .texts(let rules) = try await perform(.refusals(paths)), rules.count == paths.count else {
            throw UnexpectedReplyError()
        }
        return rules
    }

    // MARK: Changing

    /// Makes a folder and all above it that are missing; one that exists is fine.
    public func makeFolders(_ path: String) async throws { _ = try await perform(.makeFolders(path)) }

    /// Makes the folder that a path is in, and all above it.
    public func makeFolder(around path: String) async throws { _ = try await perform(.makeFolderAround(path)) }

    /// Copies a file to a place where nothing is yet, under whose name it appears when it is complete and on the disk.
    package func copyFile(
        _ source: String, to destination: String, progress: @escaping @Sendable (FileProgress) -> Void
    ) async throws {
        _ = try await perform(.copyFile(source: source, destination: destination), progress: progress)
    }

    /// Moves a folder, after what is in its place was moved aside.
    ///
    /// - Returns: where that is now; nil when there was nothing.
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
    /// - Returns: whether there was one.
    package func removeEmptyFile(_ path: String) async throws -> Bool {
        guard case .answer(let removed) = try await perform(.removeEmptyFile(path)) else {
            throw UnexpectedReplyError()
        }
        return removed
    }
}
