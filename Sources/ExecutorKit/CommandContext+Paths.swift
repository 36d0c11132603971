import Synchronization

extension CommandContext {
    /// A path out of a command, without slashes at its end, that the command may use.
    ///
    /// - Throws: ``ParameterError`` unless it is absolute: an agent has no folder that the author of a job could mean.
    ///   ``RuleRefusal`` when the operator's `allowed_paths` do not have it.
    public func absolutePath(_ path: String, parameter: String) async throws -> String {
        guard path.hasPrefix("/"), !path.utf8.contains(0) else {
            throw ParameterError(parameter: parameter, expected: "an absolute path", found: "“\(path)”")
        }
        let rules = programs.rules
        if rules.allowedPaths != nil, let rule = try await BlockingWork.run({ _ in rules.refusal(ofPath: path) }) {
            throw RuleRefusal("parameter “\(parameter)”: \(rule)")
        }
        return FilePath.withoutTrailingSlashes(path)
    }
}

/// The first rule that an output of a task broke.
final class BrokenRule: Sendable {
    private let refusal = Mutex<RuleRefusal?>(nil)

    func note(_ broken: RuleRefusal) { refusal.withLock { $0 = $0 ?? broken } }

    /// - Throws: ``RuleRefusal``, when there is one.
    func check() throws {
        if let refusal = refusal.withLock(\.self) { throw refusal }
    }
}
