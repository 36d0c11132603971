import Foundation

/// The executables of this package, as built together with the tests.
public enum BuiltProducts {
    /// The path of an executable: `flamenco-agent`, `manager-lite`, `task-supervisor`.
    public static func path(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: name).path
    }

    /// Puts a copy of an executable where all users may run it; where tests run may be closed to others.
    public static func copy(_ name: String, to path: String) throws {
        try RunningProgram.install(Self.path(name), at: path)
    }
}
