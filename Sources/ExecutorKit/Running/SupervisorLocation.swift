import Foundation

/// There is no `task-supervisor` where it should be: the agent is not completely installed.
package struct SupervisorMissingError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The files that it could have been.
    package let searched: [String]

    /// One sentence without a full stop.
    package var description: String {
        "cannot find task-supervisor, which is needed to run programs: searched \(searched.joined(separator: ", "))"
    }
}

extension ProgramRunner {
    /// Where `task-supervisor` is: beside this executable, or in `../libexec/flamenco-agent/`.
    ///
    /// To be called at the start of the agent, which is of no use without it.
    ///
    /// - Parameter executable: a path; the executable of this process when absent.
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
