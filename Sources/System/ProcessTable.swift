/// A snapshot of the processes of this machine in `/proc` (man 5 proc_pid_stat); empty if there is none.
package struct ProcessTable {
    /// A process.
    package struct Entry: Hashable, Sendable {
        package let id: Int32
        package let parent: Int32
        package let group: Int32
        /// The letter of its state.
        package let state: UInt8

        /// False for a zombie.
        package var isAlive: Bool { !"ZXx".utf8.contains(state) }
        /// Whether it was stopped, by a signal or by a debugger.
        package var isStopped: Bool { "Tt".utf8.contains(state) }

        /// Reads the process with this ID; nil if there is none.
        package init?(of id: Int32) {
            guard let line = FileSystem.contents(of: "/proc/\(id)/stat", limit: 512),
                let fields = ProcessTable.fields(of: line)
            else {
                return nil
            }
            self.id = id
            (parent, group, state) = fields
        }
    }

    private var children: [Int32: [Entry]] = [:]

    /// Reads all processes, including zombies.
    package init() {
        // Newest first: they may be short-lived, and have ended a few milliseconds after the listing.
        for id in Self.processes().reversed() {
            if let entry = Entry(of: id) { children[entry.parent, default: []].append(entry) }
        }
    }

    /// Returns the children of a process.
    package func children(of id: Int32) -> [Entry] { children[id] ?? [] }

    /// Returns all descendants of a process.
    package func descendants(of id: Int32) -> [Entry] {
        var descendants: [Entry] = []
        var parents = [id]
        while let parent = parents.popLast() {
            for child in children(of: parent) {
                parents.append(child.id)
                descendants.append(child)
            }
        }
        return descendants
    }

    /// Returns the name of a process, as reported by the kernel.
    package static func name(of id: Int32) -> String {
        let bytes = FileSystem.contents(of: "/proc/\(id)/comm", limit: 64) ?? []
        return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
    }

    /// Parses parent, process group and state in `/proc/N/stat`: "id (name) state parent group …", where the name may
    /// contain any character, including brackets and spaces.
    package static func fields(of line: [UInt8]) -> (parent: Int32, group: Int32, state: UInt8)? {
        guard let bracket = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
        let fields = line[(bracket + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 3)
        guard fields.count == 4, let state = fields[0].first,
            let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
            let group = Int32(String(decoding: fields[2], as: UTF8.self))
        else { return nil }
        return (parent, group, state)
    }

    /// Returns the IDs of all processes that this user may see.
    package static func processes() -> [Int32] {
        guard var directory = try? Directory("/proc") else { return [] }
        var ids: [Int32] = []
        while let id = try? directory.next(processID) {
            if let id { ids.append(id) }
        }
        return ids
    }

    private static func processID(of name: UnsafeRawBufferPointer) -> Int32? {
        var id: Int32 = 0
        for byte in name {
            guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
            id = id &* 10 &+ Int32(byte &- UInt8(ascii: "0"))
        }
        return id > 0 ? id : nil
    }
}
