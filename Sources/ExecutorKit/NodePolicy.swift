import FileWork
import System

/// What the operator of a node allows commands to run and to access. Without any rule, everything is allowed that the
/// system allows.
package struct NodePolicy: Hashable, Sendable {
    /// The programs that may be run: absolute paths of files, or of folders whose content may be; if nil, any.
    package var allowedExecutables: [String]?
    /// The folders, or files, that file operations may use and that outputs may be in; if nil, any.
    package var allowedPaths: [String]?

    /// Creates a policy.
    package init(allowedExecutables: [String]? = nil, allowedPaths: [String]? = nil) {
        self.allowedExecutables = allowedExecutables
        self.allowedPaths = allowedPaths
    }

    /// The policy for file operations.
    package var files: FilePolicy { FilePolicy(allowedPaths: allowedPaths) }

    /// Returns the rule that forbids running this file, as text; nil if it may be run.
    ///
    /// The file at the end of symbolic links counts. This accesses the disk, and may wait for it. It is used for
    /// messages; the rule is enforced by the supervisor, which opens the file below an allowed folder and runs what it
    /// opened.
    ///
    /// - Parameter folder: the base of a relative path.
    func refusal(ofExecutable path: String, in folder: String) -> String? {
        guard let allowedExecutables else { return nil }
        do throws(FileError) {
            let file = try PhysicalPath.of(path.hasPrefix("/") ? path : "\(folder)/\(path)")
            if AllowedPlaces(allowedExecutables).holder(of: file) != nil { return nil }
            return "\(file) is not in \"allowed_executables\""
        } catch {
            return "\"allowed_executables\" cannot be enforced: \(error)"
        }
    }
}

/// A violation of the operator's policy.
public struct PolicyViolation: Error, Hashable, Sendable, CustomStringConvertible {
    private let rule: String

    init(_ rule: String) { self.rule = rule }

    /// The rule, in one sentence without a full stop.
    public var description: String { "refused: \(rule)" }

    /// Returns the same violation with the parameter of the command.
    package func about(parameter: String) -> PolicyViolation { PolicyViolation("parameter \"\(parameter)\": \(rule)") }
}
