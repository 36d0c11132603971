/// A completion script for fish.
struct FishCompletion {
    private let commands: CompletionCommands

    init(_ commands: CompletionCommands) { self.commands = commands }

    var script: String {
        let program = commands.program
        var lines = [
            "# fish completion for \(program), printed by \"\(program) completion fish\".",
            "complete --command \(program) --no-files",
            "complete --command \(program) --condition __fish_use_subcommand --short-option V --long-option version"
                + " --description 'Prints the version'",
            "complete --command \(program) --short-option h --long-option help --description 'Prints help'",
        ]
        for command in commands.commands {
            lines.append(
                "complete --command \(program) --condition __fish_use_subcommand --arguments \(command.name)"
                    + " --description \(CompletionCommands.quoted(command.summary))")
            let condition =
                "complete --command \(program) --condition '__fish_seen_subcommand_from \(command.name)'"
            if command.operand != .nothing { lines.append("\(condition) \(arguments(command.operand))") }
            lines += command.options.map { option in
                let value = option.value.map { " --require-parameter \(arguments($0.completion))" } ?? ""
                return "\(condition) --long-option \(option.name.dropFirst(2))\(value)"
                    + " --description \(CompletionCommands.quoted(option.help))"
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }

    private func arguments(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: "--no-files"
        case .file: "--force-files"
        case .folder: "--no-files --arguments '(__fish_complete_directories (commandline --current-token))'"
        case .user: "--no-files --arguments '(__fish_complete_users)'"
        case .words(let words): "--no-files --arguments '\(words.joined(separator: " "))'"
        case .lines(let words):
            "--no-files --arguments '(\(commands.program) \(words.joined(separator: " ")) 2>/dev/null)'"
        }
    }
}
