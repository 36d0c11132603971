/// What the command tells its caller, in the spirit of sysexits(3).
enum ExitCode {
    static let success: Int32 = 0
    /// The command line makes no sense.
    static let usage: Int32 = 64
    /// Something broke that should not.
    static let `internal`: Int32 = 70
    /// The settings, or what they point at, cannot be used.
    static let configuration: Int32 = 78
}
