import System

/// Moves a folder to a destination, after moving an existing one aside; between file systems by copying.
package struct FolderMove {
    private let source: String
    private let destination: String
    private let policy: FilePolicy

    /// Creates a move between two paths, if the policy allows it.
    package init(source: String, destination: String, policy: FilePolicy = FilePolicy()) {
        self.source = source
        self.destination = destination
        self.policy = policy
    }

    /// Moves the folder.
    ///
    /// Whatever fails, nothing is lost: what was moved aside is moved back, and the source is removed only when all of
    /// it is at its destination and on disk.
    ///
    /// - Returns: the new path of what was at the destination before.
    package func run(_ control: FileWorkControl) throws -> String? {
        let from = try policy.place(of: source, changingFolder: true)
        guard let status = try from.status() else { throw failure("\(source) does not exist") }
        let to: Place
        do {
            to = try policy.place(of: destination, changingFolder: true)
        } catch let error as FileError where error.isMissing || error.isNoFolder {
            throw failure("the folder \(FilePath.parent(of: destination)) does not exist")
        }
        try refuseTheImpossible(from, status, to)
        do {
            return try place(from.name, of: from.folder, at: to)
        } catch let error as FileError where error.isOnAnotherFileSystem {
            return try copy(from, to: to, TreeCopy(control))
        }
    }

    private func copy(_ from: borrowing Place, to: borrowing Place, _ copy: TreeCopy) throws -> String? {
        let complete = FileCopy.temporaryName()
        try copy.copy(from, to: complete, in: to.folder)
        let aside: String?
        do {
            aside = try place(complete, of: to.folder, at: to)
        } catch {
            copy.remove(complete, in: to.folder)
            throw error
        }
        do {
            try copy.removeSource(from, copiedTo: to)
        } catch {
            throw FileWorkError("\(source) was copied to \(destination), but could not be removed completely: \(error)")
        }
        return aside
    }

    private func failure(_ reason: String) -> FileWorkError {
        FileWorkError("cannot move \(source) to \(destination): \(reason)")
    }

    /// Rejects moves that would end in the wrong place: a folder moved into itself, or aside together with the source.
    private func refuseTheImpossible(_ from: borrowing Place, _ status: FileStatus, _ to: borrowing Place) throws {
        let existing = try to.status()
        if let existing, existing.isSame(as: status) { throw failure("both are the same folder") }
        if try to.folder.lineage().contains(where: status.isSame) { throw failure("one is inside the other") }
        if let existing, try from.folder.lineage().contains(where: existing.isSame) {
            throw failure("one is inside the other")
        }
    }

    /// Renames an entry to the destination; returns the new path of what was there before.
    private func place(_ name: String, of folder: borrowing Folder, at to: borrowing Place) throws -> String? {
        guard let existing = try to.status() else {
            try folder.rename(name, to: to.folder, as: to.name)
            return nil
        }
        let aside = try moveAside(to, existing)
        let asidePath = FilePath.joined(FilePath.parent(of: destination), aside)
        do {
            try folder.rename(name, to: to.folder, as: to.name)
        } catch {
            do {
                try to.folder.rename(aside, to: to.folder, as: to.name)
            } catch let another {
                throw FileWorkError("\(error); what was there before is now at \(asidePath): \(another)")
            }
            throw error
        }
        return asidePath
    }

    /// Moves an existing entry aside; returns its new name.
    private func moveAside(_ place: borrowing Place, _ existing: FileStatus) throws -> String {
        let names = AsideName(place.name, modificationTime: existing.modified.seconds)
        var attempt = 0
        while true {
            let name = names.attempt(attempt)
            do {
                try place.folder.rename(place.name, to: place.folder, as: name)
                return name
            } catch {
                guard error.isAlreadyThere else { throw error }
                attempt += 1
            }
        }
    }
}
