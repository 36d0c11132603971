import FileWork
import System

/// What the operator of a node allows commands to run and to touch. Without any rule everything is allowed that the
/// system allows.
package struct NodePolicy: Hashable, Sendable {
    /// The programs that may be run: absolute paths of files, or of folders with all that is in them; any when absent.
    package var allowedExecutables: [String]?
    /// The folders, or files, that commands on files may use, and that outputs may be in; any when absent.
    package var allowedPaths: [String]?

    /// A policy.
    package init(allowedExecutables: [String]? = nil, allowedPaths: [String]? = nil) {
        self.allowedExecutables = allowedExecutables
        self.allowedPaths = allowedPaths
    }

    /// The policy for work on files.
    package var files: FilePolicy { FilePolicy(allowedPaths: allowedPaths) }

    /// The rule against running this file, in words; nil when it may be run.
    ///
    /// The file counts that symbolic links lead to in the end. It looks at the disk, and may wait for it. It is what people
    /// are told; what holds is that the supervisor opens the file below an allowed folder and runs what it opened.
    ///
    /// - Parameter folder: from where a relative path counts.
    func refusal(ofExecutable path: String, in folder: String) -> String? {
        guard let allowedExecutables else { return nil }
        do throws(FileError) {
            let file = try PhysicalPath.of(path.hasPrefix("/") ? path : "\(folder)/\(path)")
            if AllowedPlaces(allowedExecutables).holder(of: file) != nil { return nil }
            return "\(file) is not in “allowed_executables”"
        } catch {
            return "“allowed_executables” cannot be enforced: \(error)"
        }
    }
}

/// Something that the operator of the node does not allow.
public struct PolicyViolation: Error, Hashable, Sendable, CustomStringConvertible {
    private let rule: String

    init(_ rule: String) { self.rule = rule }

    /// The rule that refused it, in one sentence without a full stop.
    public var description: String { "refused: \(rule)" }

    /// The same, said of a parameter of the command.
    package func about(parameter: String) -> PolicyViolation { PolicyViolation("parameter “\(parameter)”: \(rule)") }
}
