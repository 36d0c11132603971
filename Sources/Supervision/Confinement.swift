import SupervisorProtocol
import System

/// Puts this process into a sandbox, which it and its descendants can never leave.
struct Confinement: ~Copyable {
    private let sandbox: Sandbox
    private let access: LandlockAccess
    private let ruleset: LandlockRuleset

    /// Enters the sandbox; paths are opened as the user of this process.
    static func enter(_ sandbox: Sandbox) throws(LaunchError) {
        let confinement = try Confinement(sandbox)
        for grant in sandbox.grants { try confinement.allow(grant) }
        do throws(SystemError) {
            for port in sandbox.tcpPorts ?? [] {
                try confinement.ruleset.allow(confinement.access.connectTCP, onPort: port)
            }
            try confinement.ruleset.restrict()
        } catch {
            throw LaunchError(.sandbox, error)
        }
    }

    private init(_ sandbox: Sandbox) throws(LaunchError) {
        do throws(SystemError) {
            let version = try LandlockRuleset.version()
            guard version >= sandbox.leastVersion else { throw SystemError(ENOTSUP) }
            let access = LandlockAccess(version: version)
            ruleset = try LandlockRuleset(
                files: access.handled, network: sandbox.tcpPorts == nil ? 0 : access.connectTCP, scope: access.scope)
            self.sandbox = sandbox
            self.access = access
        } catch {
            throw LaunchError(.sandbox, error)
        }
    }

    // MARK: Places

    private func allow(_ grant: Sandbox.Grant) throws(LaunchError) {
        let found: GrantedPlace?
        do throws(SystemError) { found = try GrantedPlace(grant.path) } catch { throw LaunchError(.sandbox, error) }
        // What does not exist, or is not accessible to this user, does not exist for the program either.
        guard let place = found else { return }
        // Everything would be below it.
        if place.path == [UInt8(ascii: "/")] { throw LaunchError(step: .sandboxedPlace, errno: EPERM) }
        if grant.isExact {
            guard place.path.elementsEqual(grant.path.utf8) else {
                throw LaunchError(step: .sandboxedPlace, errno: ELOOP)
            }
            return try allow(place.handle, grant.access)
        }
        switch sandbox.relation(of: place.path) {
        case .apart: try allow(place.handle, grant.access)
        case .above where grant.access == .read: try allowEntries(of: place.handle, place.path)
        case .above, .inside: throw LaunchError(step: .sandboxedPlace, errno: EPERM)
        }
    }

    /// Allows reading everything in a folder that is not hidden; no rights on the folder itself, because these would
    /// include what is hidden.
    private func allowEntries(of folder: borrowing Descriptor, _ path: [UInt8]) throws(LaunchError) {
        guard var listing = try? Directory(of: folder) else { return }
        while let name = try? listing.next({ Array($0) }) {
            guard let entry = try? Descriptor(handleOfEntry: name, in: folder) else { continue }
            let whole = path + [UInt8(ascii: "/")] + name
            switch sandbox.relation(of: whole) {
            case .apart: try allow(entry, .read)
            case .above: try allowEntries(of: entry, whole)
            case .inside: break
            }
        }
    }

    private func allow(_ place: borrowing Descriptor, _ wanted: Sandbox.Access) throws(LaunchError) {
        let granted = access.granted(wanted, isFolder: true)
        if granted == 0 { return }
        do throws(SystemError) {
            try ruleset.allow(granted, below: place)
        } catch {
            // Rights of folders on something else (man 2 landlock_add_rule). Looking first would take a call for each place.
            guard error.number == EINVAL else { throw LaunchError(.sandbox, error) }
            try allowFile(place, wanted)
        }
    }

    private func allowFile(_ place: borrowing Descriptor, _ wanted: Sandbox.Access) throws(LaunchError) {
        do throws(SystemError) {
            // The target of a link is another path.
            if try place.status().kind == .link { return }
            let granted = access.granted(wanted, isFolder: false)
            if granted != 0 { try ruleset.allow(granted, below: place) }
        } catch {
            throw LaunchError(.sandbox, error)
        }
    }
}

/// A path that a sandbox grants.
private struct GrantedPlace: ~Copyable {
    let handle: Descriptor
    /// The path without links of what was opened, even if links change in the meantime: this is what is granted.
    let path: [UInt8]

    /// Nil if nothing can be opened.
    init?(_ path: String) throws(SystemError) {
        // Most paths have no links. Then one call opens the path, and the result is known: dozens are opened for each
        // program.
        if Self.isNormal(path.utf8) {
            do throws(SystemError) {
                handle = try Descriptor(handleOf: path, type: .any, in: BorrowedDescriptor.workingDirectory)
                self.path = Array(path.utf8)
                return
            } catch {
                // With a link, or on a kernel without that call, it is opened the usual way.
                guard [ELOOP, ENOSYS, EPERM].contains(error.number) else { return nil }
            }
        }
        guard let place = try? Descriptor(opening: path, .placeHandle) else { return nil }
        self.path = try place.path()
        handle = place
    }

    /// Whether a path is absolute, without `.`, `..` and redundant slashes.
    private static func isNormal(_ path: String.UTF8View) -> Bool {
        var length = 0
        var hasDotsOnly = true
        let slash = UInt8(ascii: "/")
        guard path.first == slash else { return false }
        for byte in path.dropFirst() {
            if byte == slash {
                if length == 0 || (hasDotsOnly && length <= 2) { return false }
                (length, hasDotsOnly) = (0, true)
            } else {
                length += 1
                if byte != UInt8(ascii: ".") { hasDotsOnly = false }
            }
        }
        return length > 0 && !(hasDotsOnly && length <= 2)
    }
}
