import System

/// What a program may do with files and over TCP besides what the rights of its user allow: nothing but this.
///
/// The kernel holds it (man 7 landlock), for the program and all that it starts. What is granted holds for all below it, so
/// nothing may be granted that has something hidden below it.
package struct Sandbox: Hashable, Sendable {
    /// What is granted of a place.
    package enum Access: UInt8, Sendable, CaseIterable {
        /// To read and execute.
        case read
        /// To read, execute, write, make and remove; not to make device nodes.
        case write
        /// To read, write and control what is there, as devices are.
        case use
        /// To connect to sockets there.
        case connect
    }

    /// A file or a folder with all below it.
    package struct Grant: Hashable, Sendable {
        package var path: String
        package var access: Access
        /// Whether it has to be where its path says, without a link on the way: a place of the agent's own, which may be in
        /// something that is hidden.
        package var isExact: Bool

        package init(_ path: String, _ access: Access, isExact: Bool = false) {
            self.path = path
            self.access = access
            self.isExact = isExact
        }
    }

    package var grants: [Grant]
    /// Places without links that no grant may open: the state and the settings of the agent.
    package var hidden: [String]
    /// The only ports for connections over TCP; any when absent.
    package var tcpPorts: [UInt16]?
    /// What the kernel has to know at least: the version of its Landlock ABI.
    package var leastVersion: Int32

    package init(grants: [Grant], hidden: [String], tcpPorts: [UInt16]?, leastVersion: Int32) {
        self.grants = grants
        self.hidden = hidden
        self.tcpPorts = tcpPorts
        self.leastVersion = leastVersion
    }
}

extension Sandbox {
    /// How a place lies to what is hidden.
    package enum Relation: Hashable, Sendable {
        case apart
        /// It is hidden, or in something that is.
        case inside(String)
        /// Something hidden is below it.
        case above(String)
    }

    /// How a place lies to what is hidden, by its path without links. Byte by byte: to Swift, letters that are written
    /// differently may be equal.
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

// MARK: Between processes

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
                throw MalformedMessageError("no access in a sandbox has the number \(number)")
            }
            return Grant(path, access, isExact: try reader.bool())
        }
        hidden = try reader.list { try $0.text() }
        tcpPorts = try reader.optional { try $0.list { try $0.integer() } }
        leastVersion = try reader.integer()
    }
}
