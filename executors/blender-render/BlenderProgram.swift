import ExecutorKit

/// Blender among the words of a command: it may be the program itself, or what a wrapper such as `xvfb-run` starts.
struct BlenderProgram: Hashable {
    /// All that is run.
    private(set) var program: Program
    /// What Blender's own arguments ask for.
    let commandLine: BlenderCommandLine
    /// Whether the process ends when Blender does: it is Blender, or a wrapper that does nothing afterwards.
    let endsWithBlender: Bool
    /// Whether “cycles_device” was left out, since the job has arguments of its own behind `--`.
    private(set) var leavesOutDevice = false
    /// Whether the words show where Blender is; another wrapper may add arguments, or print elsewhere.
    let isKnown: Bool

    /// Wrappers that start what follows and add nothing.
    private static let plainWrappers: Set<String> = [
        "xvfb-run", "rez", "rez-env", "env", "nice", "ionice", "chrt", "taskset", "numactl", "stdbuf", "timeout",
        "time",
        "setarch", "gosu", "sudo", "prime-run", "optirun", "vglrun", "flatpak", "catchsegv",
    ]

    /// - Parameters:
    ///   - start: the program with `exe` and `exeArgs`.
    ///   - rest: all arguments behind those.
    ///   - pythonExitCode: the status with which Blender ends when a script of the job fails; 0 for none.
    ///   - threads: how many threads Blender has where the job does not say; as many as it likes when absent.
    ///   - script: a script of ours, which runs before those of the job.
    ///   - cyclesDevice: what Cycles renders with; as scene and preferences say when absent.
    init(
        start: Program, rest: [String], pythonExitCode: Int, threads: Int? = nil, script: String? = nil,
        cyclesDevice: String? = nil
    ) {
        let words = [start.executable] + start.arguments
        // Of `rez env blender -- blender`, the word in front of the dashes names a package.
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
        // Before the exit code for scripts, which is not for this one.
        var options = script.map { ["--python", $0] } ?? []
        if pythonExitCode != 0, !commandLine.hasPythonExitCode {
            options += ["--python-exit-code", String(pythonExitCode)]
        }
        if let threads, !commandLine.hasThreads { options += ["--threads", String(threads)] }
        if let placeBehind {
            program.arguments += rest[...placeBehind] + options + rest[(placeBehind + 1)...]
        } else if let place, let end = words[(place + 1)...].firstIndex(of: "--") {
            // What stands behind is for scripts.
            program.arguments = words[1..<end] + options + words[end...] + rest
        } else {
            program.arguments += options + rest
        }
        guard let cyclesDevice, !own.contains(where: ["-c", "--command"].contains) else { return }
        // An add-on's parser may sit behind the dashes, which would not understand it.
        let dashes = (isKnown ? own : words + rest).firstIndex(of: "--")
        if dashes == nil {
            program.arguments += ["--", "--cycles-device", cyclesDevice]
        } else {
            leavesOutDevice = !rest.contains { $0.hasPrefix("--cycles-device") }
        }
    }

    /// Where Blender stands among words: the last one that is named as it and is not the value of an option.
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
