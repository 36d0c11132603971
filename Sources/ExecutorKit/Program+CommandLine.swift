#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension Program {
    /// A program from the `exe` of a command, which may carry arguments (`"/opt/blender -b -y"`), and its `exeArgs`.
    ///
    /// An `exe` that is the path of an existing file, spaces included, is that file. Everything else is split by the rules
    /// of ``ShellWords``: the first word is the program, the others go before all other arguments.
    ///
    /// - Throws: ``ParameterError`` about `exe` or `exeArgs` when it cannot be split, or names no program.
    public init(exe: String, exeArgs: String? = nil, _ arguments: [String] = []) throws {
        var words = Self.isFile(exe) ? [exe] : try Self.split(exe, parameter: "exe")
        guard let executable = words.first, !executable.isEmpty else {
            throw ParameterError(parameter: "exe", expected: "a program", found: "“\(exe)”")
        }
        words += try exeArgs.map { try Self.split($0, parameter: "exeArgs") } ?? []
        self.init(executable, words.dropFirst() + arguments)
    }

    /// The program and its arguments as a line that can be pasted into a shell.
    public var commandLine: String { ShellWords.join([executable] + arguments) }

    private static func split(_ line: String, parameter: String) throws -> [String] {
        do {
            return try ShellWords.split(line)
        } catch {
            throw ParameterError(
                parameter: parameter, expected: "words as in a shell", found: "“\(line)”, where \(error)")
        }
    }

    private static func isFile(_ path: String) -> Bool {
        var status = stat()
        return path.contains("/") && stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
    }
}
