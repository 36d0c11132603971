import ExecutorKit
import FoundationEssentials
import Wording

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// Whether the folders of `allowed_paths` are there and can be written to.
struct AllowedPathsCheck: DoctorCheck {
    let paths: [String]?

    let name = "allowed paths"

    func run() async -> DoctorFinding {
        guard let paths else { return .notApplicable("“allowed_paths” is not set: commands may use every folder") }
        for path in paths {
            // On a thread of its own: a network file system may never answer.
            let problem = try? await BlockingWork.run { _ in Self.problem(of: path) }
            if let problem { return problem }
        }
        return .ok(paths.joined(separator: ", ") + "; paths in the arguments of programs are not covered")
    }

    /// What is wrong with a path; nil when nothing is.
    private static func problem(of path: String) -> DoctorFinding? {
        var status = stat()
        guard stat(path, &status) == 0 else {
            return .failed(
                "\(path): \(SystemErrorText.words(errno))",
                "mount it, or take it out of “allowed_paths”")
        }
        guard access(path, R_OK | W_OK) == 0 else {
            return .failed(
                "\(path): \(SystemErrorText.words(errno))", "let the agent's user write there")
        }
        // Where storage was to be mounted, there is an empty folder of the system's own disk.
        var root = stat()
        guard status.st_mode & S_IFMT == S_IFDIR, stat("/", &root) == 0, root.st_dev == status.st_dev,
            (try? FileManager.default.contentsOfDirectory(atPath: path))?.isEmpty == true
        else { return nil }
        return .warning(
            "\(path) is empty, and on the disk of the system", "see whether storage should be mounted there")
    }
}
