import CommandLineOptions
import Testing

@Suite("Arguments are sorted into options and the rest")
struct ParsedArgumentsTests {
    let options = [
        CommandOption("--wait", help: "waits"), CommandOption("--type", value: "T", help: "the type"),
        CommandOption("--set", value: "KEY=VALUE", help: "a setting", isRepeatable: true),
    ]

    @Test("a value stands behind its option or after an equals sign")
    func values() throws {
        let parsed = try ParsedArguments(
            ["file", "--type", "echo", "--set=a=b", "--set", "c=d", "--wait", "-"], options: options)
        #expect(parsed.positional == ["file", "-"])
        #expect(parsed.value("--type") == "echo")
        #expect(parsed.all("--set") == ["a=b", "c=d"])
        #expect(parsed.has("--wait"))
    }

    @Test("two dashes end the options")
    func end() throws {
        #expect(try ParsedArguments(["--", "--wait"], options: options).positional == ["--wait"])
    }

    @Test(
        "what is wrong is said in one sentence",
        arguments: [
            (["--wiat"], "there is no option \"--wiat\"; did you mean \"--wait\"?"),
            (["--type"], "the option \"--type\" needs a value: --type T"),
            (["--wait=yes"], "the option \"--wait\" takes no value"),
            (["--wait", "--wait"], "the option \"--wait\" is given twice"),
        ])
    func errors(arguments: [String], message: String) {
        #expect(throws: UsageError(message)) { try ParsedArguments(arguments, options: options) }
    }
}
