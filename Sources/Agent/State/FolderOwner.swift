import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Root that works in a folder of somebody else.
package enum FolderOwner {
    /// Does something as the owner of a folder when this process is root: what root made there, that user's agent could not
    /// change any more. The whole process changes its user for that time.
    ///
    /// - Throws: ``StateDirectoryError`` when the user cannot be changed, and what `body` throws.
    package static func acting<Value: Sendable>(
        asOwnerOf folder: String, _ body: () async throws -> Value
    ) async throws -> Value {
        var status = stat()
        guard geteuid() == 0, stat(folder, &status) == 0, status.st_uid != 0 else { return try await body() }
        let group = getegid()
        guard setegid(status.st_gid) == 0, seteuid(status.st_uid) == 0 else {
            throw StateDirectoryError(
                path: folder, problem: .unusable("cannot act as its owner: \(SystemErrorText.words(errno))"))
        }
        defer {
            seteuid(0)
            setegid(group)
        }
        return try await body()
    }
}
