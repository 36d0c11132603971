import System

/// The access of a program to files and TCP, in addition to the access rights of its user: everything else is denied.
///
/// The kernel enforces it (man 7 landlock), for the program and its descendants. A grant includes everything below its
/// path, so nothing may be granted that has something hidden below it.
package struct Sandbox: Hashable, Sendable {
    /// The access to a path.
    package enum Access: UInt8, Sendable, CaseIterable {
        /// Read and execute.
        case read
        /// Read, write, execute, create and remove; except creating device nodes.
        case write
        /// Read, write and control, for devices.
        case use
        /// Connect to sockets.
        case connect
    }

    /// A file, or a folder with everything below it.
    package struct Grant: Hashable, Sendable {
        package var path: String
        package var access: Access
        /// Whether the path must not contain links: for a path of the agent itself, which may be within a hidden one.
        package var isExact: Bool

        package init(_ path: String, _ access: Access, isExact: Bool = false) {
            self.path = path
            self.access = access
            self.isExact = isExact
        }
    }

    package var grants: [Grant]
    /// Paths without links that no grant may include: the state and the settings of the agent.
    package var hidden: [String]
    /// The only ports for TCP connections; if nil, all.
    package var tcpPorts: [UInt16]?
    /// The minimum Landlock ABI version required.
    package var leastVersion: Int32

    package init(grants: [Grant], hidden: [String], tcpPorts: [UInt16]?, leastVersion: Int32) {
        self.grants = grants
        self.hidden = hidden
        self.tcpPorts = tcpPorts
        self.leastVersion = leastVersion
    }
}

extension Sandbox {
    /// How a path relates to the hidden paths.
    package enum Relation: Hashable, Sendable {
        case apart
        /// It is hidden, or within a hidden path.
        case inside(String)
        /// It contains a hidden path.
        case above(String)
    }

    /// Returns how a path without links relates to the hidden paths. Bytes are compared: in Swift, strings with
    /// different bytes may be equal.
    package func relation(of path: [UInt8]) -> Relation {
        let slash = UInt8(ascii: "/")
        for place in hidden {
            let bytes = place.utf8
            if path.starts(with: bytes), path.count == bytes.count || path[bytes.count] == slash {
                return .inside(place)
            }
            if bytes.starts(with: path), path == [slash] || bytes.dropFirst(path.count).first == slash {
                return .above(place)
            }
        }
        return .apart
    }
}

// MARK: Serialisation

extension Sandbox {
    func write(to writer: inout ByteWriter) {
        writer.append(grants) { writer, grant in
            writer.append(grant.path)
            writer.append(grant.access.rawValue)
            writer.append(grant.isExact)
        }
        writer.append(hidden) { $0.append($1) }
        writer.append(tcpPorts) { $0.append($1) { $0.append($1) } }
        writer.append(leastVersion)
    }

    init(from reader: inout ByteReader) throws {
        grants = try reader.list { reader in
            let path = try reader.text()
            let number = try reader.integer(UInt8.self)
            guard let access = Access(rawValue: number) else {
                throw MalformedMessageError("unknown sandbox access \(number)")
            }
            return Grant(path, access, isExact: try reader.bool())
        }
        hidden = try reader.list { try $0.text() }
        tcpPorts = try reader.optional { try $0.list { try $0.integer() } }
        leastVersion = try reader.integer()
    }
}
