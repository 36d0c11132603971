import System

/// Copies a folder with its content, for a move between file systems.
///
/// Permissions, times, symbolic links and, for root, owners are copied; hard links become separate files, and extended
/// attributes and access control lists are not copied.
package struct TreeCopy {
    private let files: FileCopy
    private let control: FileWorkControl

    /// Creates a copy that stops when requested, and reports the bytes copied since the last call.
    package init(_ control: FileWorkControl) {
        files = FileCopy(control, isWhole: false)
        self.control = control
    }

    /// Copies `source` to an unused name in a folder, and synchronises it.
    ///
    /// If anything fails, or copying is stopped, nothing is left behind.
    func copy(_ source: borrowing Place, to name: String, in folder: borrowing Folder) throws {
        do {
            try copyEntry(source.name, of: source.folder, to: name, in: folder)
        } catch {
            remove(name, in: folder)
            throw error
        }
    }

    /// Removes a copy that is no longer wanted, as far as possible.
    func remove(_ name: String, in folder: borrowing Folder) {
        if let inner = try? folder.folder(name) {
            for name in (try? inner.names()) ?? [] { remove(name, in: inner) }
            try? folder.remove(name, isFolder: true)
        } else {
            try? folder.remove(name)
        }
    }

    /// Removes from the source what was copied.
    ///
    /// - Throws: ``FileError`` if something was added to the source after copying; it stays there.
    package func removeSource(_ source: borrowing Place, copiedTo copy: borrowing Place) throws {
        try removeSource(source.name, of: source.folder, copiedTo: copy.name, in: copy.folder)
    }

    private func removeSource(
        _ name: String, of folder: borrowing Folder, copiedTo copy: String, in copyFolder: borrowing Folder
    ) throws {
        guard let status = try folder.status(name) else { return }
        if status.kind == .folder {
            let inner = try folder.folder(name)
            let innerCopy = try copyFolder.folder(copy)
            for name in try innerCopy.names() { try removeSource(name, of: inner, copiedTo: name, in: innerCopy) }
        }
        try folder.remove(name, isFolder: status.kind == .folder)
    }

    private func copyEntry(
        _ name: String, of folder: borrowing Folder, to copy: String, in copyFolder: borrowing Folder
    ) throws {
        try control.check()
        let path = folder.path(of: name)
        guard let status = try folder.status(name) else { throw FileError("read \(path)", ENOENT) }
        switch status.kind {
        case .file:
            try files.write(of: name, in: folder, to: copy, in: copyFolder)
        case .folder:
            try copyFolder.makeFolder(copy, permissions: 0o700)
            let inner = try folder.folder(name)
            let innerCopy = try copyFolder.folder(copy)
            for name in try inner.names() { try copyEntry(name, of: inner, to: name, in: innerCopy) }
            innerCopy.synchronize()
        case .link:
            try copyFolder.makeLink(copy, to: folder.target(ofLink: name))
        case .other:
            throw FileWorkError("cannot copy \(path): it is neither a file nor a folder nor a link")
        }
        copyFolder.apply(status, to: copy)
    }
}

extension Folder {
    /// Returns the bytes of a symbolic link's target.
    fileprivate func target(ofLink name: String) throws(FileError) -> [CChar] {
        try FileError.during("read link \(path(of: name))") { () throws(SystemError) in
            try descriptor.target(ofLink: name)
        }
    }

    fileprivate func makeLink(_ name: String, to target: [CChar]) throws(FileError) {
        try FileError.during("make link \(path(of: name))") { () throws(SystemError) in
            try descriptor.makeLink(name, to: target)
        }
    }

    /// Sets owner, permissions and times, as far as the file system supports them.
    fileprivate func apply(_ status: FileStatus, to name: String) {
        if geteuid() == 0 { try? descriptor.setOwner(status.owner, group: status.group, of: name) }
        // Through a descriptor: fchmodat(2) would follow a link created in the meantime.
        if status.kind != .link, let file = try? read(name) { try? file.setPermissions(status.permissions) }
        try? descriptor.setTimes(accessed: status.accessed, modified: status.modified, of: name)
    }
}
