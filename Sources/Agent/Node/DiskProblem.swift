import ExecutorKit
import FileWork
import ManagerClient
package import Spool
package import System

/// An error that may have to do with a disk: one that is full, mounted read-only, or broken. Unlike a wrong setting it may be
/// over in a while.
package protocol DiskProblem: Error, CustomStringConvertible {
    /// Whether it has.
    var isOfDisk: Bool { get }
}

/// Which errors of the system are a disk's.
enum DiskErrors {
    private static let numbers: Set<Int32> = [
        ENOSPC, EDQUOT, EROFS, EIO, ENXIO, ENODEV, ESTALE, ETIMEDOUT, ENOTCONN, EHOSTDOWN,
        // A damaged file system, and storage that cannot be reached.
        EUCLEAN, EREMOTEIO, ENOLINK,
    ]

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
extension AcceptedManagerError: DiskProblem {}

extension StateDirectory {
    /// What is wrong with the disk on which a state directory is, or would be; nil when nothing is, and when this user may not
    /// find out. Leaves nothing behind.
    package static func diskProblem(of path: String) -> StateDirectoryError? {
        let folder = FilePath.nearestExisting(to: path)
        do throws(SystemError) {
            let count = try Descriptor(namelessIn: folder).write([UInt8](repeating: 0, count: 4096))
            return count < 4096 ? StateDirectoryError(path: path, number: ENOSPC) : nil
        } catch {
            return DiskErrors.contain(error.number) ? StateDirectoryError(path: path, number: error.number) : nil
        }
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
extension AcceptedManagerError: ConfigurationProblem {}
extension SupervisorMissingError: ConfigurationProblem {}
extension ManagerURLError: ConfigurationProblem {}
extension ControlGroupError: ConfigurationProblem {}
extension SpoolError: ConfigurationProblem {}
