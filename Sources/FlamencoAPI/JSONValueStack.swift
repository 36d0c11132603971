#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Values that wait for the list or object around them to be complete: those of the innermost one on top.
///
/// They are moved in and out, so that none is copied, and each list and object gets the memory that it needs, once.
struct JSONValueStack: ~Copyable {
    private var values = UnsafeMutablePointer<JSONValue>.allocate(capacity: 64)
    private var capacity = 64
    private(set) var count = 0

    init() {}

    deinit {
        values.deinitialize(count: count)
        free(values)
    }

    @inline(__always)
    mutating func push(_ value: consuming JSONValue) {
        if count == capacity { grow() }
        (values + count).initialize(to: value)
        count += 1
    }

    /// Takes what stands above the first `start` values, as a list.
    mutating func popList(from start: Int) -> [JSONValue] {
        defer { count = start }
        return Array(unsafeUninitializedCapacity: count - start) { [values, count] list, written in
            list.baseAddress?.moveInitialize(from: values + start, count: count - start)
            written = count - start
        }
    }

    /// Takes what stands above the first `start` values, names and values by turns, as an object. Of members with the
    /// same name the first one counts.
    mutating func popObject(from start: Int) -> [String: JSONValue] {
        var members: [String: JSONValue] = Dictionary(minimumCapacity: (count - start) / 2)
        for index in stride(from: start, to: count - 1, by: 2) {
            let value = (values + index + 1).move()
            guard case .string(let name) = (values + index).move() else { continue }
            if let first = members.updateValue(value, forKey: name) { members[name] = first }
        }
        count = start
        return members
    }

    private mutating func grow() {
        capacity *= 2
        // Swift's values may be moved as bytes; realloc(3) moves whole pages of large blocks without a copy.
        guard let moved = realloc(values, capacity * MemoryLayout<JSONValue>.stride) else {
            fatalError("out of memory")
        }
        values = moved.bindMemory(to: JSONValue.self, capacity: capacity)
    }
}
