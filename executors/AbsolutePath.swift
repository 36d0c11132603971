import ExecutorKit

/// A path out of a command, without slashes at its end.
///
/// - Throws: ``ParameterError`` unless it is absolute: an agent has no folder that the author of a job could mean.
func absolutePath(_ path: String, parameter: String) throws -> String {
    guard path.hasPrefix("/"), !path.utf8.contains(0) else {
        throw ParameterError(parameter: parameter, expected: "an absolute path", found: "“\(path)”")
    }
    return FilePath.withoutTrailingSlashes(path)
}
