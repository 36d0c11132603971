/// What a command tells its caller, in the spirit of sysexits(3).
public enum ExitCode {
    /// All went well.
    public static let success: Int32 = 0
    /// What was asked for did not come about.
    public static let failure: Int32 = 1
    /// The command line makes no sense.
    public static let usage: Int32 = 64
    /// Something broke that should not.
    public static let `internal`: Int32 = 70
    /// A disk is full, mounted read-only, or broken.
    public static let disk: Int32 = 74
    /// The settings, or what they point at, cannot be used.
    public static let configuration: Int32 = 78
}
