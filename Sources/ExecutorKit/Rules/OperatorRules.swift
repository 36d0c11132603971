/// What the operator of a node allows commands to run and to touch. Without any rule everything is allowed that the
/// system allows.
public struct OperatorRules: Hashable, Sendable {
    /// The programs that may be run: absolute paths of files, or of folders with all that is in them; any when absent.
    public var allowedExecutables: [String]?
    /// The folders, or files, that commands on files may use, and that outputs may be in; any when absent.
    public var allowedPaths: [String]?

    /// These rules.
    public init(allowedExecutables: [String]? = nil, allowedPaths: [String]? = nil) {
        self.allowedExecutables = allowedExecutables
        self.allowedPaths = allowedPaths
    }

    /// The rule against running this file, in words; nil when it may be run.
    ///
    /// The file counts that symbolic links lead to in the end. It looks at the disk, and may wait for it.
    ///
    /// - Parameter folder: from where a relative path counts.
    func refusal(ofExecutable path: String, in folder: String) -> String? {
        guard let allowedExecutables else { return nil }
        let path = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        do throws(FileError) {
            let file = try PhysicalPath.of(path)
            if Self.holds(allowedExecutables, file) { return nil }
            return "“allowed_executables” does not have \(file)"
        } catch {
            return "“allowed_executables” cannot be kept: \(error)"
        }
    }

    /// The rule against using this path, in words; nil when it may be used.
    ///
    /// Both the place of the name itself and the place that symbolic links lead to have to be allowed; what is not there
    /// yet is where it would be made. It looks at the disk, and may wait for it.
    func refusal(ofPath path: String) -> String? {
        guard let allowedPaths else { return nil }
        do throws(FileError) {
            let places = [try PhysicalPath.ofName(path), try PhysicalPath.of(path)]
            guard let outside = places.first(where: { !Self.holds(allowedPaths, $0) }) else { return nil }
            let words = outside == path ? path : "\(path), which is \(outside),"
            return "\(words) is in none of “allowed_paths”"
        } catch {
            return "“allowed_paths” cannot be kept: \(error)"
        }
    }

    /// Whether one of these places is the path, or a folder above it.
    private static func holds(_ places: [String], _ path: String) -> Bool {
        places.contains { place in
            guard let place = try? PhysicalPath.of(place) else { return false }
            return path == place || path.hasPrefix(place == "/" ? place : place + "/")
        }
    }
}

/// Something that the operator of the node does not allow.
public struct RuleRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The rule that refused it, in one sentence without a full stop.
    public let description: String

    init(_ rule: String) { description = "refused: \(rule)" }
}
