public import Foundation

/// A folder that is removed, with all that is in it, when the last reference goes.
public final class TemporaryFolder: Sendable {
    /// Where it is.
    public let url: URL

    /// Makes a fresh folder, for this user only.
    public init() throws {
        url = FileManager.default.temporaryDirectory.appending(path: "flamenco-test-\(UUID().uuidString)")
        try FileManager.default.createDirectory(
            at: url, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
    }

    deinit { try? FileManager.default.removeItem(at: url) }

    /// The path of a file in the folder; nothing is made.
    public func path(_ name: String) -> String { url.appending(path: name).path }

    /// The names of what is in the folder, sorted.
    public func names() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: url.path).sorted()
    }

    /// Writes a file into the folder and gives its path.
    @discardableResult
    public func write(_ name: String, _ text: String, executable: Bool = false) throws -> String {
        guard executable else { return try write(name, bytes: Array(text.utf8)) }
        let draft = try write(name + ".draft", bytes: Array(text.utf8))
        defer { try? FileManager.default.removeItem(atPath: draft) }
        try RunningProgram.install(draft, at: path(name))
        return path(name)
    }

    /// Writes a file of any bytes into the folder and gives its path.
    @discardableResult
    public func write(_ name: String, bytes: [UInt8]) throws -> String {
        let file = url.appending(path: name)
        try FileManager.default.createDirectory(
            at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(bytes).write(to: file)
        return file.path
    }
}
