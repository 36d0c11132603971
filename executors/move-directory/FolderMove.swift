import ExecutorKit

/// Moves a folder to a place, after what is there was moved aside; from one file system to another by copying.
struct FolderMove {
    let source: String
    let destination: String

    /// Moves the folder.
    ///
    /// Whatever fails, nothing is lost: what was moved aside comes back, and the source is removed only when all of it is at
    /// its destination and on the disk.
    ///
    /// - Returns: where the thing is that was at the destination before.
    func run(copyingWith copy: TreeCopy) throws -> String? {
        try refuseTheImpossible()
        do {
            return try place(source)
        } catch let error as FileError where error.isOnAnotherFileSystem {
            let complete = FileCopy.temporaryPath(in: FilePath.parent(of: destination))
            try copy.copy(source, toNew: complete)
            let aside: String?
            do {
                aside = try place(complete)
            } catch {
                copy.remove(complete)
                throw error
            }
            do {
                try copy.removeSource(source, copiedTo: destination)
            } catch {
                throw CommandFailure("all of \(source) is at \(destination) now, but not all of it could go: \(error)")
            }
            return aside
        }
    }

    /// What could end with something in the wrong place: a folder moved into itself, or aside together with the source.
    private func refuseTheImpossible() throws {
        func fail(_ reason: String) -> CommandFailure {
            CommandFailure("cannot move \(source) to \(destination): \(reason)")
        }
        guard let status = try FileStatus(source) else { throw fail("\(source) does not exist") }
        let parent = FilePath.parent(of: destination)
        guard let place = try FileStatus(parent, followingLinks: true), place.kind == .folder else {
            throw fail("the folder \(parent) does not exist")
        }
        if let existing = try FileStatus(destination), existing.isSame(as: status) {
            throw fail("they are the same")
        }
        if try FilePath.lineage(of: parent).contains(where: status.isSame) {
            throw fail("the one is inside of the other")
        }
        if let existing = try FileStatus(destination),
            try FilePath.lineage(of: FilePath.parent(of: source)).contains(where: existing.isSame)
        {
            throw fail("the one is inside of the other")
        }
    }

    /// Renames `folder` to the destination; gives the place of what was there before.
    private func place(_ folder: String) throws -> String? {
        guard let existing = try FileStatus(destination) else {
            try FilePath.rename(folder, toFree: destination)
            return nil
        }
        let aside = try moveAside(existing)
        do {
            try FilePath.rename(folder, toFree: destination)
        } catch {
            do {
                try FilePath.rename(aside, toFree: destination)
            } catch let another {
                throw CommandFailure("\(error); what was there before is now at \(aside): \(another)")
            }
            throw error
        }
        return aside
    }

    private func moveAside(_ existing: FileStatus) throws -> String {
        let names = AsideName(destination, modificationTime: existing.modificationTime)
        var attempt = 0
        while true {
            let name = names.attempt(attempt)
            do {
                try FilePath.rename(destination, toFree: name)
                return name
            } catch {
                guard error.isAlreadyThere else { throw error }
                attempt += 1
            }
        }
    }
}
