/// Iterates over the entries of a folder, by default without `.` and `..`.
package struct Directory: ~Copyable {
    private let stream: OpaquePointer
    private let showsDots: Bool

    /// Opens the folder at a path.
    ///
    /// - Parameter showsDots: whether `.` and `..` are included.
    package init(_ path: String, showsDots: Bool = false) throws(SystemError) {
        guard let stream = opendir(path) else { throw SystemError.last }
        self.stream = stream
        self.showsDots = showsDots
    }

    /// Opens the entries of an open folder, whatever its path refers to now.
    package init(of folder: borrowing some OpenDescriptor & ~Copyable) throws(SystemError) {
        // A new descriptor, because a folder handle cannot be read.
        let descriptor = try Descriptor(opening: ".", in: folder, [.read, .folder])
        guard let stream = fdopendir(descriptor.number) else { throw SystemError.last }
        // The stream closes the descriptor from now on.
        _ = descriptor.release()
        self.stream = stream
        showsDots = false
    }

    deinit { closedir(stream) }

    /// Returns the next name; nil after the last. Invalid UTF-8 in a name is replaced.
    package mutating func next() throws(SystemError) -> String? { try next { String(decoding: $0, as: UTF8.self) } }

    /// Returns the result of `body` for the bytes of the next name; nil after the last.
    package mutating func next<Value>(_ body: (UnsafeRawBufferPointer) -> Value) throws(SystemError) -> Value? {
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw SystemError.last }
                return nil
            }
            let value: Value? = withUnsafeBytes(of: &entry.pointee.d_name) { field in
                let name = UnsafeRawBufferPointer(rebasing: field[..<(field.firstIndex(of: 0) ?? field.count)])
                return showsDots || !Self.isDots(name) ? body(name) : nil
            }
            if let value { return value }
        }
    }

    /// Returns all names in the folder at a path.
    package static func names(in path: String) throws(SystemError) -> [String] {
        var directory = try Directory(path)
        return try directory.rest()
    }

    /// Returns all names in an open folder.
    package static func names(in folder: borrowing some OpenDescriptor & ~Copyable) throws(SystemError) -> [String] {
        var directory = try Directory(of: folder)
        return try directory.rest()
    }

    private mutating func rest() throws(SystemError) -> [String] {
        var names: [String] = []
        while let name = try next() { names.append(name) }
        return names
    }

    private static func isDots(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count <= 2 && name.allSatisfy { $0 == UInt8(ascii: ".") }
    }
}
