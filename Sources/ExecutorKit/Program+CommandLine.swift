extension Program {
    /// A program from the `exe` of a command and its `exeArgs`; see ``CommandContext/program(exe:exeArgs:_:)``.
    ///
    /// - Parameter isFile: whether `exe` is the path of a file, and so not to be split.
    package init(exe: String, isFile: Bool, exeArgs: String? = nil, _ arguments: [String] = []) throws {
        var words = isFile ? [exe] : try Self.split(exe, parameter: "exe")
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
}
