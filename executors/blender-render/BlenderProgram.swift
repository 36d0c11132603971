import ExecutorKit

/// Blender within a command line: it may be the program itself, or started by a wrapper such as `xvfb-run`.
struct BlenderProgram: Hashable {
    /// The complete command to run.
    private(set) var program: Program
    /// What Blender's own arguments request.
    let commandLine: BlenderCommandLine
    /// Whether the process ends when Blender does: it is Blender, or a wrapper that does nothing afterwards.
    let endsWithBlender: Bool
    /// Whether "cycles_device" was not applied, because the job has its own arguments after `--`.
    private(set) var leavesOutDevice = false
    /// Whether the position of Blender in the command line is known; other wrappers may add arguments, or redirect the
    /// output.
    let isKnown: Bool

    /// Wrappers that start the command that follows and add nothing.
    private static let plainWrappers: Set<String> = [
        "xvfb-run", "rez", "rez-env", "env", "nice", "ionice", "chrt", "taskset", "numactl", "stdbuf", "timeout",
        "time",
        "setarch", "gosu", "sudo", "prime-run", "optirun", "vglrun", "flatpak", "catchsegv",
    ]

    /// - Parameters:
    ///   - start: the program with `exe` and `exeArgs`.
    ///   - rest: all arguments after those.
    ///   - pythonExitCode: Blender's exit status if a script of the job fails; 0 for none.
    ///   - threads: the number of threads if the job does not set it; if nil, Blender's default.
    ///   - first: arguments of the agent, which come before those of the job.
    ///   - cyclesDevice: the device of Cycles; if nil, determined by scene and preferences.
    init(
        start: Program, rest: [String], pythonExitCode: Int, threads: Int? = nil, first: [String] = [],
        cyclesDevice: String? = nil
    ) {
        let words = [start.executable] + start.arguments
        // In `rez env blender -- blender`, the word before the dashes is the name of a package.
        let isWrapped = words.last == "--" && rest.first.map(Self.isBlender) == true
        let place = isWrapped ? nil : Self.placeOfBlender(in: words)
        let placeBehind = isWrapped ? 0 : place == nil ? Self.placeOfBlender(in: rest) : nil
        var own = rest
        if let place {
            own = Array(words[(place + 1)...]) + rest
        } else if let placeBehind {
            own = Array(rest[(placeBehind + 1)...])
        }
        commandLine = BlenderCommandLine(own)
        isKnown = place != nil || placeBehind != nil
        endsWithBlender = place == 0 || isKnown && Self.plainWrappers.contains(FilePath.name(of: words[0]))
        program = start
        // Before the exit code for scripts, which does not apply to those of the agent.
        var options = first
        if pythonExitCode != 0, !commandLine.hasPythonExitCode {
            options += ["--python-exit-code", String(pythonExitCode)]
        }
        if let threads, !commandLine.hasThreads { options += ["--threads", String(threads)] }
        if let placeBehind {
            program.arguments += rest[...placeBehind] + options + rest[(placeBehind + 1)...]
        } else if let place, let end = words[(place + 1)...].firstIndex(of: "--") {
            // The arguments after it are for scripts.
            program.arguments = words[1..<end] + options + words[end...] + rest
        } else {
            program.arguments += options + rest
        }
        guard let cyclesDevice, !own.contains(where: ["-c", "--command"].contains) else { return }
        // An add-on may parse the arguments after the dashes, and would not know this option.
        let dashes = (isKnown ? own : words + rest).firstIndex(of: "--")
        if dashes == nil {
            program.arguments += ["--", "--cycles-device", cyclesDevice]
        } else {
            leavesOutDevice = !rest.contains { $0.hasPrefix("--cycles-device") }
        }
    }

    /// Returns the position of Blender: the last word with its name that is not the value of an option.
    private static func placeOfBlender(in words: [String]) -> Int? {
        words.indices.last { index in
            isBlender(words[index])
                && (index == 0 || !BlenderCommandLine.withOneValue.contains(words[index - 1]))
        }
    }

    /// `blender`, `/opt/blender-4.2/blender`, `blender3.6`, `org.blender.Blender`.
    private static func isBlender(_ word: String) -> Bool {
        let name = FilePath.name(of: word).lowercased()
        if name == "org.blender.blender" { return true }
        guard name.hasPrefix("blender") else { return false }
        let rest = name.dropFirst("blender".count)
        return rest.allSatisfy { $0.isNumber || "-._".contains($0) }
            || [".exe", "-softwaregl", "-launcher"].contains(rest)
    }
}
