/// A completion script for bash, which needs nothing but bash itself.
struct BashCompletion {
    private let commands: CompletionCommands

    init(_ commands: CompletionCommands) { self.commands = commands }

    var script: String {
        """
        # bash completion for \(commands.program), printed by "\(commands.program) completion bash".
        \(commands.function)() {
            local current=${COMP_WORDS[COMP_CWORD]} option=${COMP_WORDS[COMP_CWORD - 1]} command='' word options='' i
            COMPREPLY=()
            # bash takes "=" for a word of its own.
            if [ "$current" = "=" ]; then
                current=''
            elif [ "$option" = "=" ]; then
                option=${COMP_WORDS[COMP_CWORD - 2]}
            fi
            for ((i = 1; i < COMP_CWORD; i++)); do
                word=${COMP_WORDS[i]}
                case $word in
                    -*) ;;
                    *) command=$word && break ;;
                esac
            done
            case "$command $option" in
        \(values)
            esac
            case $command in
        \(operands)
            esac
            if [[ $current == -* ]]; then mapfile -t COMPREPLY < <(compgen -W "$options --help" -- "$current"); fi
        }
        complete -F \(commands.function) \(commands.program)

        """
    }

    /// What comes after an option with a value. Where commands agree about an option, one line is for all of them.
    private var values: String {
        var rules: [(patterns: [String], completion: ValueCompletion)] = []
        func add(_ pattern: String, _ completion: ValueCompletion) {
            if let index = rules.firstIndex(where: { $0.completion == completion }) {
                rules[index].patterns.append(pattern)
            } else {
                rules.append(([pattern], completion))
            }
        }
        let all = commands.commands.flatMap { command in command.options.map { (command.name, $0) } }
        var seen: Set<String> = []
        for (_, option) in all where seen.insert(option.name).inserted {
            let same = all.filter { $0.1.name == option.name }
            if Set(same.map { $0.1.value?.completion }).count == 1 {
                if let value = option.value { add("*\" \(option.name)\"", value.completion) }
            } else {
                for (name, option) in same {
                    if let value = option.value { add("\"\(name) \(option.name)\"", value.completion) }
                }
            }
        }
        return rules.map { rule in
            "        \(rule.patterns.joined(separator: " | ")))\n            \(reply(rule.completion))\n            return\n"
                + "            ;;"
        }.joined(separator: "\n")
    }

    private var operands: String {
        let names = commands.commands.map(\.name).joined(separator: " ")
        let first =
            "        '')\n            \(reply(.words(names.split(separator: " ").map(String.init) + ["--help", "--version"])))\n"
            + "            return\n            ;;"
        return
            ([first]
            + commands.commands.map { command in
                let options = command.options.map(\.name).joined(separator: " ")
                let operand = command.operand == .nothing ? "" : "\n            \(reply(command.operand))"
                return "        \(command.name))\n            options=\"\(options)\"\(operand)\n            ;;"
            }).joined(separator: "\n")
    }

    private func reply(_ completion: ValueCompletion) -> String {
        let generator =
            switch completion {
            case .nothing: ""
            // "filenames" has bash quote what it completes, and put a slash behind folders.
            case .file: "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- \"$current\")"
            case .folder: "compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- \"$current\")"
            case .user: "mapfile -t COMPREPLY < <(compgen -u -- \"$current\")"
            case .words(let words):
                "mapfile -t COMPREPLY < <(compgen -W \"\(words.joined(separator: " "))\" -- \"$current\")"
            case .lines(let arguments):
                "mapfile -t COMPREPLY < <(compgen -W \"$(\"${COMP_WORDS[0]}\" \(arguments.joined(separator: " ")) 2>/dev/null)\""
                    + " -- \"$current\")"
            }
        return generator.isEmpty ? ":" : generator
    }
}
