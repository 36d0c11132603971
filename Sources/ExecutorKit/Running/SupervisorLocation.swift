import Foundation

/// There is no `task-supervisor` in any of its places: the agent is not completely installed.
package struct SupervisorMissingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The paths that were searched.
    package let searched: [String]

    /// One sentence without a full stop.
    package var description: String {
        "cannot find task-supervisor, which is needed to run programs: searched \(searched.joined(separator: ", "))"
    }
}

extension ProgramRunner {
    /// Locates `task-supervisor`: beside this executable, or in `../libexec/flamenco-agent/`.
    ///
    /// Should be called at the start of the agent, which cannot work without it.
    ///
    /// - Parameter executable: a path; if nil, the executable of this process.
    /// - Throws: ``SupervisorMissingError``.
    package static func locateSupervisor(beside executable: String? = nil) throws(SupervisorMissingError) -> String {
        let own = executable ?? "/proc/self/exe"
        let folder = URL(fileURLWithPath: own).resolvingSymlinksInPath().deletingLastPathComponent()
        let searched = [
            folder.appendingPathComponent("task-supervisor").path,
            folder.deletingLastPathComponent().appendingPathComponent("libexec/flamenco-agent/task-supervisor").path,
        ]
        guard let found = searched.first(where: FileManager.default.isExecutableFile(atPath:)) else {
            throw SupervisorMissingError(searched: searched)
        }
        return found
    }
}
