/// All processes that descend from this one.
///
/// This process is the reaper of all that loses its parent below it, so none can leave: that no child is left to wait for
/// means that nothing is left at all.
enum ProcessTree {
    /// A process that descends from this one.
    struct Member {
        let id: Int32
        let group: Int32
        /// False for a zombie.
        let isAlive: Bool
    }

    #if os(Linux)
        /// Who descends from this process now, zombies included.
        static func members() -> [Member] {
            var children: [Int32: [Member]] = [:]
            // Newest first: they may be short-lived, and gone if they were looked at a few milliseconds after the listing.
            for id in processIDs().reversed() {
                guard let line = contents(of: "/proc/\(id)/stat", limit: 512), let fields = fields(of: line) else {
                    continue
                }
                let isAlive = !"ZXx".utf8.contains(fields.state)
                children[fields.parent, default: []].append(Member(id: id, group: fields.group, isAlive: isAlive))
            }
            var members: [Member] = []
            var parents = [getpid()]
            while let parent = parents.popLast() {
                for member in children[parent] ?? [] {
                    parents.append(member.id)
                    members.append(member)
                }
            }
            return members
        }

        /// The name of a process, as the kernel shows it.
        static func name(of id: Int32) -> String {
            let bytes = contents(of: "/proc/\(id)/comm", limit: 64) ?? []
            return String(decoding: bytes.prefix { $0 != UInt8(ascii: "\n") }, as: UTF8.self)
        }

        private static func processIDs() -> [Int32] {
            guard let folder = opendir("/proc") else { return [] }
            defer { closedir(folder) }
            var ids: [Int32] = []
            while let entry = readdir(folder) {
                if let id = processID(of: entry) { ids.append(id) }
            }
            return ids
        }

        private static func processID(of entry: UnsafeMutablePointer<dirent>) -> Int32? {
            withUnsafeBytes(of: &entry.pointee.d_name) { name in
                var id: Int32 = 0
                for byte in name.prefix(while: { $0 != 0 }) {
                    guard (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) else { return nil }
                    id = id &* 10 &+ Int32(byte &- UInt8(ascii: "0"))
                }
                return id > 0 ? id : nil
            }
        }

        /// Parent, process group and state in `/proc/N/stat`: "id (name) state parent group …", where the name may hold
        /// anything, brackets and spaces too (man 5 proc_pid_stat).
        static func fields(of line: [UInt8]) -> (parent: Int32, group: Int32, state: UInt8)? {
            guard let bracket = line.lastIndex(of: UInt8(ascii: ")")) else { return nil }
            let fields = line[(bracket + 1)...].split(separator: UInt8(ascii: " "), maxSplits: 3)
            guard fields.count == 4, let state = fields[0].first,
                let parent = Int32(String(decoding: fields[1], as: UTF8.self)),
                let group = Int32(String(decoding: fields[2], as: UTF8.self))
            else { return nil }
            return (parent, group, state)
        }
    #endif

    /// Sends a signal to all that descend from this process, and gives the ids of those that were found alive.
    ///
    /// It goes to process groups, since the kernel does that in one piece: nobody in a group can fork its way around it. A
    /// group never has members from outside the tree, since groups do not reach over sessions and the program began one.
    /// Zombies count: until they are waited for their group stays theirs, and they may be all that was seen of a family
    /// that lives on in ever new processes.
    @discardableResult
    static func send(_ signal: Int32, program: Int32) -> Set<Int32> {
        #if os(Linux)
            let own = getpgrp()
            let members = members()
            var targets: Set<Int32> = []
            for member in members {
                // A child that has not begun its session yet is still in the group of the supervisor itself.
                let isGrouped = member.group > 1 && member.group != own
                guard isGrouped || member.isAlive else { continue }
                targets.insert(isGrouped ? -member.group : member.id)
            }
            for target in targets {
                kill(target, signal)
                // What is stopped would never notice that it should end.
                if signal != SIGKILL { kill(target, SIGCONT) }
            }
            return Set(members.lazy.filter(\.isAlive).map(\.id))
        #else
            let isAlive = kill(-program, signal) == 0 || kill(program, signal) == 0
            if signal != SIGKILL { kill(-program, SIGCONT) }
            return isAlive ? [program] : []
        #endif
    }
}
