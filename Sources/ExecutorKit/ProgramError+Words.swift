#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ProgramError {
    /// One sentence without a full stop.
    public var description: String {
        switch reason {
        case .notFound(let searched):
            "cannot find “\(executable)”: searched \(searched.joined(separator: ", "))"
        case .system(let number):
            "could not start \(executable): \(String(cString: strerror(number)).lowercased())"
        case .supervisor(let problem):
            "could not run \(executable): \(problem)"
        }
    }
}
