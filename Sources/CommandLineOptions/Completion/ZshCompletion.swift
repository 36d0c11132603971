/// A completion script for zsh: an autoloaded function of compinit, which can be sourced too.
struct ZshCompletion {
    private let commands: CompletionCommands

    init(_ commands: CompletionCommands) { self.commands = commands }

    var script: String {
        """
        #compdef \(commands.program)
        # zsh completion for \(commands.program), printed by "\(commands.program) completion zsh".

        \(commands.function)() {
            local curcontext="$curcontext" state line
            local -a commands
            _arguments -C '(- *)'{-h,--help}'[prints help]' '(- *)'{-V,--version}'[prints the version]' \\
                '1: :->command' '*:: :->arguments'
            case $state in
                command)
                    commands=(
        \(commands.commands.map { "                \(described($0.name, $0.summary))" }.joined(separator: "\n"))
                    )
                    _describe command commands
                    ;;
                arguments)
                    case $words[1] in
        \(commands.commands.map(rule).joined(separator: "\n"))
                    esac
                    ;;
            esac
        }

        if [ "$funcstack[1]" = "\(commands.function)" ] || [ "$funcstack[1]" = "_\(commands.program)" ]; then
            \(commands.function) "$@"
        else
            compdef \(commands.function) \(commands.program)
        fi

        """
    }

    private func rule(_ command: CompletionCommands.Command) -> String {
        var specifications = ["'--help[prints help]'"]
        specifications += command.options.map { option in
            let times = option.isRepeatable ? "*" : ""
            let name = "\(times)\(option.name)" + (option.value == nil ? "" : "=")
            let value = option.value.map { ":\(Self.message($0.name)):\(action($0.completion))" } ?? ""
            return CompletionCommands.quoted("\(name)[\(Self.message(option.help))]\(value)")
        }
        if command.operand != .nothing {
            specifications.append(CompletionCommands.quoted("*: :\(action(command.operand))"))
        }
        let lines = specifications.joined(separator: " \\\n                        ")
        return "                \(command.name))\n                    _arguments \\\n                        \(lines)\n"
            + "                    ;;"
    }

    private func action(_ completion: ValueCompletion) -> String {
        switch completion {
        case .nothing: " "
        case .file: "_files"
        case .folder: "_files -/"
        case .user: "_users"
        case .words(let words): "(\(words.joined(separator: " ")))"
        case .lines(let arguments):
            "{compadd -- ${(f)\"$(\(commands.program) \(arguments.joined(separator: " ")) 2>/dev/null)\"}}"
        }
    }

    private func described(_ name: String, _ text: String) -> String {
        CompletionCommands.quoted("\(name):\(text.replacing(":", with: "\\:"))")
    }

    /// Text without what has a meaning in the specifications of `_arguments`.
    private static func message(_ text: String) -> String {
        text.replacing(#/[\[\]:\\]/#, with: { "\\" + $0.output })
    }
}
