import CPlatform

#if canImport(Glibc)
    @_exported import Glibc
#elseif canImport(Musl)
    @_exported import Musl
#else
    @_exported import Darwin
#endif

/// The time since some moment in the past; it never goes backwards and stands still while the machine sleeps.
func monotonicTime() -> Duration {
    var time = timespec()
    clock_gettime(CLOCK_MONOTONIC, &time)
    return .seconds(time.tv_sec) + .nanoseconds(time.tv_nsec)
}

/// Calls until the call is not interrupted by a signal.
func retryingInterrupts<Value: SignedInteger>(_ call: () -> Value) -> Value {
    while true {
        let result = call()
        if result != -1 || errno != EINTR { return result }
    }
}

/// Writes a short text into a file that exists; gives the error number when that fails.
func put(_ text: String, into path: String) -> Int32? {
    let file = open(path, O_WRONLY | O_CLOEXEC)
    guard file >= 0 else { return errno }
    defer { close(file) }
    let length = text.utf8.count
    let written = text.withCString { text in retryingInterrupts { write(file, text, length) } }
    return written == length ? nil : written < 0 ? errno : EIO
}
