import CommandLineOptions

/// New executors that are scripts.
enum ScriptScaffold {
    /// In Python, with only its standard library.
    static func python(_ name: String) -> [NewFolder.File] {
        [
            .init(name: "executor.json5", text: manifest(name, program: "main.py")),
            .init(name: "main.py", text: pythonProgram(name), isExecutable: true),
            .init(name: "test.py", text: pythonTest(name), isExecutable: true),
        ]
    }

    /// In bash, with jq.
    static func shell(_ name: String) -> [NewFolder.File] {
        [
            .init(name: "executor.json5", text: manifest(name, program: "main.sh")),
            .init(name: "main.sh", text: shellProgram(name), isExecutable: true),
            .init(name: "test.sh", text: shellTest(name), isExecutable: true),
        ]
    }

    static func manifest(_ name: String, program: String) -> String {
        """
        {
            command: "\(name)",
            task_type: "misc",
            description: "Greets people",
            program: "\(program)",
            parameters: {
                names: {type: "strings", required: true, description: "whom to greet"},
            },
            // Time between SIGTERM and SIGKILL when the task is stopped.
            grace_period: "10s",
        }

        """
    }

    // MARK: Python

    private static func pythonProgram(_ name: String) -> String {
        """
        #!/usr/bin/env python3
        \"\"\"\(name): greets people.\"\"\"

        import json
        import sys


        def tell(message, value):
            \"\"\"Sends the agent a message, which is a line of output in this form.\"\"\"
            print(f"{message}: {value}", flush=True)


        def main():
            command = json.load(sys.stdin)
            names = command["parameters"]["names"]
            if not names:
                tell("openjd_fail", "no names were given")
                return 1
            for number, name in enumerate(names, start=1):
                tell("openjd_status", f"greeting {name}")
                print(f"Hello, {name}!", flush=True)
                tell("flamenco_step", number)
                tell("openjd_progress", 100 * number / len(names))
            return 0


        sys.exit(main())

        """
    }

    private static func pythonTest(_ name: String) -> String {
        """
        #!/usr/bin/env python3
        \"\"\"Runs the command as the agent does, and checks the result.\"\"\"

        import json
        import os
        import pathlib
        import subprocess
        import unittest

        AGENT = os.environ.get("AGENT", "flamenco-agent")
        FOLDER = pathlib.Path(__file__).resolve().parent


        def attempt(**parameters):
            words = [AGENT, "try", "\(name)", "--executors-dirs", str(FOLDER)]
            for name, value in parameters.items():
                words += ["--param", f"{name}={json.dumps(value)}"]
            return subprocess.run(words, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT)


        class Test(unittest.TestCase):
            def test_greets_everybody(self):
                result = attempt(names=["Ada", "Grace"])
                self.assertEqual(result.returncode, 0, result.stdout)
                self.assertIn("Hello, Ada!\\n", result.stdout)
                self.assertIn("Hello, Grace!\\n", result.stdout)

            def test_says_why_it_failed(self):
                result = attempt(names=[])
                self.assertEqual(result.returncode, 1, result.stdout)
                self.assertIn("no names were given", result.stdout)


        unittest.main()

        """
    }

    // MARK: Shell

    private static func shellProgram(_ name: String) -> String {
        """
        #!/usr/bin/env bash
        # \(name): greets people.
        set -euo pipefail

        # Sends the agent a message, which is a line of output in this form.
        tell() { echo "$1: $2"; }

        command=$(cat)
        mapfile -t names < <(jq --raw-output '.parameters.names[]' <<<"$command")
        if [ ${#names[@]} -eq 0 ]; then
            tell openjd_fail "no names were given"
            exit 1
        fi
        number=0
        for name in "${names[@]}"; do
            tell openjd_status "greeting $name"
            echo "Hello, $name!"
            number=$((number + 1))
            tell flamenco_step "$number"
            tell openjd_progress $((100 * number / ${#names[@]}))
        done

        """
    }

    static func shellTest(_ name: String) -> String {
        """
        #!/usr/bin/env bash
        # Runs the command as the agent does, and checks the result.
        set -euo pipefail
        agent=${AGENT:-flamenco-agent}
        folder=$(cd "$(dirname "$0")" && pwd)

        attempt() { "$agent" try \(name) --executors-dirs "$folder" "$@" 2>&1; }

        expect() {
            grep --quiet --fixed-strings -- "$1" <<<"$output" && return
            echo "\\"$1\\" is missing in: $output"
            exit 1
        }

        output=$(attempt --param 'names=["Ada", "Grace"]')
        expect "Hello, Ada!"
        expect "Hello, Grace!"

        if output=$(attempt --param 'names=[]'); then
            echo "without names the command should fail"
            exit 1
        fi
        expect "no names were given"
        echo "OK"

        """
    }
}
