import ExecutorKit
import FileWork
import ManagerClient
package import Spool
package import System

/// An error that may be caused by a disk: full, mounted read-only, or broken. Unlike a wrong setting, it may go away by
/// itself.
package protocol DiskProblem: Error, CustomStringConvertible {
    /// Whether a disk is the cause.
    var isOfDisk: Bool { get }
}

/// The errors of the system that are caused by a disk.
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
    /// Returns what is wrong with the disk of a state directory, whether it exists or not; nil if nothing is wrong, or
    /// if this user may not find out. Leaves nothing behind.
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

/// Starts what needs a disk.
package enum PatientStart {
    /// The interval between attempts.
    package static let interval = Duration.seconds(10)

    /// Calls `body` repeatedly until no disk problem prevents it, and returns its value.
    ///
    /// - Parameter waiting: called with the problem when that changes, to keep it from being logged every ten seconds.
    /// - Throws: what `body` throws otherwise, `CancellationError`.
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

/// An error that only the operator of the node can fix: settings, or what they refer to.
package protocol ConfigurationProblem: Error, CustomStringConvertible {}

extension SettingsError: ConfigurationProblem {}
extension StateDirectoryError: ConfigurationProblem {}
extension CredentialsError: ConfigurationProblem {}
extension AcceptedManagerError: ConfigurationProblem {}
extension SupervisorMissingError: ConfigurationProblem {}
extension ManagerURLError: ConfigurationProblem {}
extension ControlGroupError: ConfigurationProblem {}
extension SpoolError: ConfigurationProblem {}
