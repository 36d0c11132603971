import Agent
import CommandLineOptions
import Foundation
import TestSupport
import Testing

@Suite("Help", .timeLimit(.minutes(2)))
struct HelpTests {
    static let programs = ["flamenco-agent", "manager-lite"]

    private func printed(by program: String, _ arguments: [String]) async throws -> String {
        let (exit, output) = await (try RunningProgram(BuiltProducts.path(program), arguments)).end()
        try #require(exit == .status(0), "\(arguments): \(output)")
        return output
    }

    private func help(_ program: String, _ arguments: String...) async throws -> String {
        try await printed(by: program, ["help"] + arguments)
    }

    private static func commands(in help: String) -> [String] {
        help.matches(of: #/\n {2}(?<name>[a-z-]+) {2,}/#).map { String($0.name) }
    }

    @Test("of each command is at most 100 columns wide, and the same as with --help and -h", arguments: programs)
    func width(program: String) async throws {
        let all = try await help(program)
        let names = Self.commands(in: all)
        #expect(names.count > 10 && names.contains("completion"), "\(all)")
        for name in [""] + names where name != "help" {
            let text = name.isEmpty ? all : try await help(program, name)
            #expect(text.hasPrefix("Usage: \(program) \(name.isEmpty ? "COMMAND" : name)"), "\(text)")
            for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(name): \(line)") }
            let words = name.isEmpty ? [] : [name]
            for option in ["--help", "-h"] {
                let same = try await printed(by: program, words + [option])
                #expect(same == text)
            }
        }
    }

    @Test("of run has each setting once, in groups, with the kind of its value and its default")
    func groups() async throws {
        let text = try await help("flamenco-agent", "run")
        for group in SettingGroup.allCases { #expect(text.contains("\n\n\(group.title):\n  --"), "\(group)") }
        for setting in SettingDeclarations.all {
            let usage = setting.optionValue.map { "\(setting.option) \($0.name)" } ?? setting.option
            let lines = text.split(separator: "\n").filter {
                $0.hasPrefix("  \(usage)") && !$0.hasPrefix("  \(usage)-")
            }
            #expect(lines.count == 1, "\(usage)")
            #expect(setting.optionValue?.name != "VALUE")
        }
        let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        #expect(
            words.contains(
                "--grace-period DURATION time between SIGTERM and SIGKILL when a program is stopped (default: 10s)"))
        #expect(words.contains("--memory-limit SIZE|PERCENT "))
        #expect(words.contains("--on-term stop|drain "))
    }

    @Test("of a setting has everything about it, however its name is written")
    func setting() async throws {
        let text = try await help("flamenco-agent", "memory_limit")
        for name in ["--memory-limit", "memory-limit", "MEMORY_LIMIT"] {
            #expect(try await help("flamenco-agent", name) == text)
        }
        for line in [
            "  settings file  memory_limit: \"8GiB\"\n", "  option         --memory-limit SIZE|PERCENT\n",
            "  environment    FLAMENCO_AGENT_MEMORY_LIMIT\n", "  default        no limit\n",
            "  needs          a cgroup, which the systemd unit provides (Delegate=yes); see \"cgroup\"\n",
        ] { #expect(text.contains(line), "\(text)") }
        for setting in SettingDeclarations.all {
            let text = try await help("flamenco-agent", setting.name)
            #expect(text.contains(setting.option) && text.contains(setting.variable), "\(text)")
            for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
        #expect(try await help("flamenco-agent", "--param").contains("try --param NAME=VALUE"))
        #expect(try await help("manager-lite", "wait").contains("submit --wait"))
    }

    @Test(
        "is offered to those who try another word",
        arguments: [
            (
                "flamenco-agent", ["strat"],
                "there is no command \"strat\"; use \"systemctl start flamenco-agent\" for the service"
            ),
            (
                "flamenco-agent", ["start"],
                "use \"systemctl start flamenco-agent\" for the service, or \"flamenco-agent run\""
            ),
            ("flamenco-agent", ["stop"], "use \"systemctl stop flamenco-agent\" for the service"),
            ("manager-lite", ["start"], "use \"manager-lite serve\""),
            ("flamenco-agent", ["-v"], "there is no option \"-v\"; \"flamenco-agent -V\" prints the version"),
            ("flamenco-agent", ["run", "-v"], "there is no option \"-v\"; did you mean \"--log-level\"?"),
            ("flamenco-agent", ["xyz"], "there is no command \"xyz\"; \"flamenco-agent help\" lists all commands"),
            (
                "flamenco-agent", ["http://host:8080"],
                "did you mean \"flamenco-agent run --manager-url http://host:8080\"?"
            ),
            ("flamenco-agent", ["run", "http://host"], "did you mean \"--manager-url http://host\"?"),
            ("flamenco-agent", ["--manager-url", "x"], "did you mean \"flamenco-agent run --manager-url\"?"),
            ("flamenco-agent", ["run", "settings.json5"], "did you mean \"--settings settings.json5\"?"),
            ("flamenco-agent", ["run", "nice=5"], "did you mean \"--nice=5\"?"),
            ("flamenco-agent", ["run", "ephemeral"], "did you mean \"--ephemeral\"?"),
            (
                "flamenco-agent", ["run", "--config", "x.yaml"],
                "there is no option \"--config\"; did you mean \"--settings\"?"
            ),
            ("flamenco-agent", ["run", "--memory_limit", "1G"], "did you mean \"--memory-limit\"?"),
            ("flamenco-agent", ["run", "-manager", "x"], "did you mean \"--manager-url\"?"),
            ("flamenco-agent", ["run", "--zzz"], "there is no option \"--zzz\"; see --help"),
            ("flamenco-agent", ["help", "memory"], "did you mean \"flamenco-agent help memory_limit\"?"),
            ("flamenco-agent", ["help", "rnu"], "did you mean \"flamenco-agent help run\"?"),
            (
                "flamenco-agent", ["help", "zzz"],
                "there is no help on \"zzz\"; \"flamenco-agent help\" lists all commands"
            ),
        ])
    func suggestions(program: String, arguments: [String], sentence: String) async throws {
        let (exit, output) = await (try RunningProgram(BuiltProducts.path(program), arguments)).end()
        #expect(exit == .status(64))
        #expect(output.hasPrefix("\(program): ") && output.contains(sentence), "\(output)")
        #expect(output.split(separator: "\n").count == 1)
    }

    @Test("is printed without a command, with the status of wrong usage; -V prints the version", arguments: programs)
    func bare(program: String) async throws {
        let (exit, output) = await (try RunningProgram(BuiltProducts.path(program), [])).end()
        #expect(exit == .status(64))
        #expect(output == (try await help(program)))
        let version = try await printed(by: program, ["version"])
        for option in ["-V", "--version"] {
            #expect(try await printed(by: program, [option]) == version)
        }
    }

    @Test("try suggests the executor whose name has the word")
    func executor() async throws {
        let program = try RunningProgram(BuiltProducts.path("flamenco-agent"), ["try", "blender"])
        let (exit, output) = await program.end()
        #expect(exit == .status(1))
        #expect(
            output.contains("did you mean \"blender-render\"?") || output.contains("did you mean \"blender-render\"?"))
    }

    @Test("a settings file that is not JSON5 is shown with line, column and a caret")
    func caret() async throws {
        let folder = try TemporaryFolder()
        let path = try folder.write("s.json5", "{\n    manager_url: \"http://m\",\n    nice 5,\n}\n")
        let (exit, output) = await
            (try RunningProgram(BuiltProducts.path("flamenco-agent"), ["run", "--settings", path])).end()
        #expect(exit == .status(78))
        let lines = output.split(separator: "\n")
        #expect(lines.count == 3, "\(output)")
        #expect(lines[0].hasPrefix("flamenco-agent: \(path):3:10: the settings file is not valid JSON5: "), "\(output)")
        #expect(lines.dropFirst().elementsEqual(["        nice 5,", "             ^"]), "\(output)")
    }

    @Test(
        "the manual page has every command, option and section, and groff finds nothing to complain of",
        arguments: programs)
    func manual(program: String) async throws {
        let folder = try TemporaryFolder()
        let page = try await help(program, "--man")
        let (exit, complaints) = await
            (try RunningProgram(
                "/usr/bin/env", ["groff", "-man", "-Tutf8", "-ww", "-z", try folder.write("page.1", page)])).end()
        #expect(exit == .status(0) && complaints.isEmpty, "\(complaints)")
        for section in [
            "NAME", "SYNOPSIS", "DESCRIPTION", "COMMANDS", "OPTIONS", "FILES", "ENVIRONMENT", "EXIT STATUS", "EXAMPLES",
            "SEE ALSO",
        ] { #expect(page.contains("\n.SH \(section)\n"), "\(section)") }
        for name in Self.commands(in: try await help(program)) where name != "help" {
            #expect(page.contains("\\fB\(name.replacing("-", with: "\\-"))"), "\(name)")
        }
        if program == "flamenco-agent" {
            for setting in SettingDeclarations.all {
                #expect(page.contains(".TP\n\\fB\(setting.option.replacing("-", with: "\\-"))\\fR"), "\(setting.name)")
            }
        }
    }
}
