public import Foundation

/// The folder that this package is in, with what is not built: scripts, READMEs, what tests bring along.
public enum Checkout {
    /// Where it is.
    public static let url = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    /// The path of a file in it, as in `systemd/install.sh`.
    public static func path(_ name: String) -> String { url.appending(path: name).path }

    /// The text of a file in it.
    public static func text(_ name: String) throws -> String {
        try String(contentsOf: url.appending(path: name), encoding: .utf8)
    }

    /// A Python that has what `Tests/python-requirements.txt` names; `Tests/run.sh` makes it.
    public static var python: String { path(".build/python-tools/bin/python") }
}
