import SupervisorProtocol
import System

/// Puts this process into a sandbox, which it and all that it becomes and starts never leave.
struct Confinement: ~Copyable {
    private let sandbox: Sandbox
    private let access: LandlockAccess
    private let ruleset: LandlockRuleset

    /// Goes into the sandbox; places are looked at as the user of this process.
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
        // What is not there, or closed to this user, is not there for the program either.
        guard let place = try? Descriptor(opening: grant.path, .placeHandle) else { return }
        let path: [UInt8]
        do throws(SystemError) {
            // The path of what was opened, even if links change meanwhile: that is what is granted.
            path = try place.path()
        } catch {
            throw LaunchError(.sandbox, error)
        }
        if grant.isExact {
            guard path == Array(grant.path.utf8) else { throw LaunchError(step: .sandboxedPlace, errno: ELOOP) }
            return try allow(place, grant.access)
        }
        // Everything would be below it.
        if path == [UInt8(ascii: "/")] { throw LaunchError(step: .sandboxedPlace, errno: EPERM) }
        switch sandbox.relation(of: path) {
        case .apart: try allow(place, grant.access)
        case .above where grant.access == .read: try allowEntries(of: place, path)
        case .above, .inside: throw LaunchError(step: .sandboxedPlace, errno: EPERM)
        }
    }

    /// Allows reading all that is in a folder but what is hidden; of the folder itself nothing, since that would hold for what
    /// is hidden too.
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
        do throws(SystemError) {
            let kind = try place.status().kind
            // Where a link leads is another place.
            if kind == .link { return }
            let granted = access.granted(wanted, isFolder: kind == .folder)
            if granted != 0 { try ruleset.allow(granted, below: place) }
        } catch {
            throw LaunchError(.sandbox, error)
        }
    }
}
