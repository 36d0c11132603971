import Foundation

/// The executables of this package, as built together with the tests.
public enum BuiltProducts {
    /// The path of an executable: `flamenco-agent`, `manager-lite`, `task-supervisor`.
    public static func path(_ name: String) -> String {
        URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: name).path
    }
}
