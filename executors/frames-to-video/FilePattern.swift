#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// File name patterns as FFmpeg's `-pattern_type glob` reads them: `glob(3)`.
enum FilePattern {
    /// How many files match; what cannot be read does not.
    static func countMatches(_ pattern: String) -> Int {
        var matches = glob_t()
        defer { globfree(&matches) }
        return glob(pattern, GLOB_BRACE | GLOB_NOSORT, nil, &matches) == 0 ? Int(matches.gl_pathc) : 0
    }
}
