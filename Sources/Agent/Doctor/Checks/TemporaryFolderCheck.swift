import ExecutorKit
import Spool
import Wording

/// Whether an agent that leaves nothing behind can have its state among the temporary files, and finds room there.
struct TemporaryFolderCheck: DoctorCheck {
    let folder: String

    let name = "state folder"

    func run() async -> DoctorFinding {
        let advice = "let TMPDIR name a folder that the agent's user can write to"
        do {
            return try await BlockingWork.run { [folder] _ in
                let state = try StateDirectory.temporary(in: folder)
                defer { state.remove() }
                let free = try SpoolFiles().freeBytes(at: state.path)
                let words = "a temporary one in \(folder), \(ByteCountText.words(free)) free"
                return free < SpoolLimits().freeSpace ? .failed(words, "make room in \(folder)") : .ok(words)
            }
        } catch {
            return .failed("\(error)", advice)
        }
    }
}
