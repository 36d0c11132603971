import ExecutorKit
package import FileWork
import ManagerClient
package import Spool

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// An error that may have to do with a disk: one that is full, mounted read-only, or broken. Unlike a wrong setting it may be
/// over in a while.
package protocol DiskProblem: Error, CustomStringConvertible {
    /// Whether it has.
    var isOfDisk: Bool { get }
}

/// Which errors of the system are a disk's.
enum DiskErrors {
    private static let numbers: Set<Int32> = {
        var numbers: Set<Int32> = [ENOSPC, EDQUOT, EROFS, EIO, ENXIO, ENODEV, ESTALE, ETIMEDOUT, ENOTCONN, EHOSTDOWN]
        #if os(Linux)
            // A damaged file system, and storage that cannot be reached.
            numbers.formUnion([EUCLEAN, EREMOTEIO, ENOLINK])
        #endif
        return numbers
    }()

    static func contain(_ number: Int32) -> Bool { numbers.contains(number) }
}

extension FileError: DiskProblem {
    package var isOfDisk: Bool { DiskErrors.contain(number) }
}

extension SpoolError: DiskProblem {
    package var isOfDisk: Bool {
        switch reason {
        case .diskFull, .diskAlmostFull, .readOnly: true
        case .system(let error): error.isOfDisk
        case .folderGone, .limitReached, .newerVersion, .damagedVersion: false
        }
    }
}

extension StateDirectoryError: DiskProblem {
    package var isOfDisk: Bool { if case .disk = problem { true } else { false } }
}

extension CredentialsError: DiskProblem {}

extension StateDirectory {
    /// What is wrong with the disk on which a state directory is, or would be; nil when nothing is, and when this user may not
    /// find out. Leaves nothing behind.
    package static func diskProblem(of path: String) -> StateDirectoryError? {
        #if os(Linux)
            let folder = FilePath.nearestExisting(to: path)
            // A file without a name (man 2 open, O_TMPFILE), which not every file system has.
            let temporaryFile: Int32 = 0o20000000 | O_DIRECTORY
            let bytes = [UInt8](repeating: 0, count: 4096)
            let descriptor = open(folder, temporaryFile | O_RDWR | O_CLOEXEC, 0o600)
            var number = descriptor < 0 ? errno : 0
            if descriptor >= 0 {
                defer { close(descriptor) }
                let count = repeatingInterrupted { write(descriptor, bytes, bytes.count) }
                if count < bytes.count { number = count < 0 ? errno : ENOSPC }
            }
            guard DiskErrors.contain(number) else { return nil }
            return StateDirectoryError(path: path, number: number)
        #else
            return nil
        #endif
    }
}

/// Starting what needs a disk.
package enum PatientStart {
    /// How long to wait between tries.
    package static let interval = Duration.seconds(10)

    /// The value of `body`, which is called again and again for as long as a disk is in the way.
    ///
    /// - Parameter waiting: called with what is in the way when that changes: a log that says the same every ten seconds helps
    ///   nobody.
    /// - Throws: what `body` throws besides, `CancellationError`.
    package static func run<Value: Sendable>(
        clock: any Clock<Duration>, waiting: @Sendable (any DiskProblem) -> Void,
        _ body: @Sendable () async throws -> Value
    ) async throws -> Value {
        var last: String?
        while true {
            do {
                return try await body()
            } catch let problem as any DiskProblem where problem.isOfDisk {
                if "\(problem)" != last { waiting(problem) }
                last = "\(problem)"
                try await clock.sleep(for: interval)
            }
        }
    }
}

/// An error that only the operator of the node can mend: settings, or what they point at.
package protocol ConfigurationProblem: Error, CustomStringConvertible {}

extension SettingsError: ConfigurationProblem {}
extension StateDirectoryError: ConfigurationProblem {}
extension CredentialsError: ConfigurationProblem {}
extension SupervisorMissingError: ConfigurationProblem {}
extension ManagerURLError: ConfigurationProblem {}
extension ControlGroupError: ConfigurationProblem {}
extension SpoolError: ConfigurationProblem {}
