import Foundation
import TestSupport
import Testing

@Suite("Completion in real shells", .timeLimit(.minutes(2)))
struct CompletionTests {
    /// A folder with the programs as shells find them, and scripts that were printed for a shell.
    private struct Shell {
        let folder: TemporaryFolder
        let environment: [String: String]

        init() throws {
            folder = try TemporaryFolder()
            try folder.write("files/one.json5", "")
            try folder.write("files/inner/two", "")
            for name in ["flamenco-agent", "manager-lite"] {
                try FileManager.default.createSymbolicLink(
                    atPath: folder.path(name), withDestinationPath: BuiltProducts.path(name))
            }
            environment = [
                "PATH": folder.url.path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? ""),
                "HOME": folder.url.path, "XDG_CONFIG_HOME": folder.url.path, "XDG_DATA_HOME": folder.url.path,
            ]
        }

        func run(_ shell: String, _ arguments: [String]) async throws -> String {
            await
                (try RunningProgram(
                    "/usr/bin/env", [shell] + arguments, environment: environment, in: folder.path("files")))
                .end().output
        }
    }

    /// A command line up to the cursor, and what completes its last word.
    static let cases: [(line: String, words: [String])] = [
        ("flamenco-agent sta", ["status"]), ("flamenco-agent re", ["resume"]), ("flamenco-agent he", ["help"]),
        ("flamenco-agent run --memory", ["--memory-limit"]), ("flamenco-agent run --on-term ", ["drain", "stop"]),
        ("flamenco-agent run --log-level w", ["warning"]), ("flamenco-agent run --settings one", ["one.json5"]),
        ("flamenco-agent run --cycles-device OPTIX+", ["OPTIX+CPU"]), ("flamenco-agent status --js", ["--json"]),
        ("flamenco-agent try blender", ["blender-render"]), ("flamenco-agent try echo --par", ["--param"]),
        ("flamenco-agent try echo --json one", ["one.json5"]), ("flamenco-agent help memory", ["memory_limit"]),
        ("flamenco-agent completion ", ["bash", "fish", "zsh"]), ("flamenco-agent executors n", ["new"]),
        ("manager-lite sw", ["swarm"]), ("manager-lite submit one", ["one.json5"]),
        ("manager-lite serve --disc", ["--discoverable"]), ("manager-lite serve --storage in", ["inner"]),
    ]

    @Test("bash", arguments: cases)
    func bash(line: String, words: [String]) async throws {
        let shell = try Shell()
        // The same variables as readline sets.
        let script = """
            source <("$1" completion bash)
            COMP_LINE=$2
            read -ra COMP_WORDS <<<"$2"
            [ "${2: -1}" != " " ] || COMP_WORDS+=("")
            COMP_CWORD=$((${#COMP_WORDS[@]} - 1))
            $(complete -p "$1" | sed 's/.*-F \\([^ ]*\\) .*/\\1/')
            printf '%s\\n' "${COMPREPLY[@]%/}" | sort
            """
        let program = String(line.prefix { $0 != " " })
        let output = try await shell.run("bash", ["--norc", "-c", script, "bash", program, line])
        #expect(output.split(separator: "\n").map(String.init) == words, "\(output)")
    }

    @Test("bash completes the value after an equals sign, which it takes for a word")
    func equalsSign() async throws {
        let script = """
            source <(flamenco-agent completion bash)
            COMP_WORDS=(flamenco-agent run --on-term = dr) COMP_CWORD=4
            _flamenco_agent
            echo "${COMPREPLY[@]}"
            COMP_WORDS=(flamenco-agent run --on-term =) COMP_CWORD=3
            _flamenco_agent
            echo "${COMPREPLY[@]}"
            """
        #expect(try await Shell().run("bash", ["--norc", "-c", script]) == "drain\nstop drain\n")
    }

    @Test("fish", arguments: cases)
    func fish(line: String, words: [String]) async throws {
        let shell = try Shell()
        let program = String(line.prefix { $0 != " " })
        let output = try await shell.run(
            "fish", ["--no-config", "-c", "\(program) completion fish | source; complete --do-complete '\(line)'"])
        // A tab is before the description.
        let found = output.split(separator: "\n").map { candidate in
            let word = candidate.prefix { $0 != "\t" }
            return String(word.hasSuffix("/") ? word.dropLast() : word)
        }
        #expect(found.sorted() == words, "\(output)")
    }

    @Test("zsh", arguments: cases.filter { $0.words.count == 1 })
    func zsh(line: String, words: [String]) async throws {
        let shell = try Shell()
        let program = String(line.prefix { $0 != " " })
        let functions = shell.folder.path("functions")
        try shell.folder.write("functions/_\(program)", try await shell.run(program, ["completion", "zsh"]))
        // Keys are typed at a terminal, and another key writes the line to a file.
        let script = """
            zmodload zsh/zpty
            zpty shell zsh -f -i
            zpty -w shell "PROMPT= fpath=(\(functions) \\$fpath); autoload -Uz compinit; compinit -u -D; bindkey '^I' complete-word"
            zpty -w shell "show() { print -r -- \\$BUFFER >$1; zle accept-line }; zle -N show; bindkey '^X' show; echo ready-now"
            while zpty -r shell text; do [[ $text != *ready-now* || $text == *echo* ]] || break; done
            zpty -w -n shell "$2"$'\\t\\x18'
            while [[ ! -s $1 ]]; do zpty -r -t shell text; zselect -t 1; done
            """
        let file = shell.folder.path("line")
        _ = try await shell.run("zsh", ["-f", "-c", "zmodload zsh/zselect\n" + script, "zsh", file, line])
        let typed = try String(contentsOfFile: file, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
        let expected = line.prefix(through: line.lastIndex(of: " ") ?? line.startIndex) + words[0]
        // A slash is after a folder, an equals sign before a value.
        let isOpen = typed.hasSuffix("/") || typed.hasSuffix("=")
        #expect(isOpen ? typed.dropLast() == expected : typed == expected, "\(typed)")
    }
}
