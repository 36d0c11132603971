#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// What the system says of an error, for the middle of a sentence: `permission denied`.
public enum SystemErrorText {
    /// The words for an error number (errno(3)).
    public static func words(_ number: Int32) -> String { String(cString: strerror(number)).lowercased() }
}
