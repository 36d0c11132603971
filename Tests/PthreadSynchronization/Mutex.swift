#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What Swift's `Synchronization.Mutex` is, over a mutex of pthread, which the thread sanitizer sees.
///
/// Swift's own is a futex, taken and given in a library that the sanitizer does not watch: to it, whatever such a mutex protects
/// is a race.
public struct Mutex<Value: ~Copyable>: ~Copyable, @unchecked Sendable {
    // Sendable, since the value is reached with the lock held alone.
    private let lock: UnsafeMutablePointer<pthread_mutex_t>
    private let value: UnsafeMutablePointer<Value>

    /// A mutex that protects this value.
    public init(_ value: consuming sending Value) {
        lock = .allocate(capacity: 1)
        lock.initialize(to: pthread_mutex_t())
        pthread_mutex_init(lock, nil)
        self.value = .allocate(capacity: 1)
        self.value.initialize(to: value)
    }

    deinit {
        value.deinitialize(count: 1)
        value.deallocate()
        pthread_mutex_destroy(lock)
        lock.deallocate()
    }

    /// Runs `body` with the lock held.
    public borrowing func withLock<Result: ~Copyable, Failure: Error>(
        _ body: (inout sending Value) throws(Failure) -> sending Result
    ) throws(Failure) -> sending Result {
        pthread_mutex_lock(lock)
        defer { pthread_mutex_unlock(lock) }
        return try body(&value.pointee)
    }
}
