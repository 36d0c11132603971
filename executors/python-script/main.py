#!/usr/bin/env python3
"""python-script: runs a Python file.

The output of the file is the log of the task, and messages in it are handled, for example `openjd_progress: 50`. If
it ends with an exception, or with `sys.exit("reason")`, the task fails with that reason.

The agent starts this program with the command as JSON on standard input. It restarts itself with the requested Python
interpreter, and with the file and its arguments after its own name, so that the file runs as if it had been started
from a shell.
"""

import json
import os
import runpy
import sys


def tell(message, value):
    """Sends a message to the agent, as a line of output."""
    print(f"{message}: {value}", flush=True)


def fail(reason):
    tell("openjd_fail", reason)
    sys.exit(1)


def start(command):
    """Replaces this process with the Python interpreter that runs the script."""
    parameters = command["parameters"]
    python = parameters.get("python") or "python3"
    script = parameters["script"]
    if not os.path.isfile(script):
        fail(f"{script} does not exist")
    # Unbuffered, so that the log shows the current output.
    words = [python, "-u", os.path.abspath(__file__), script, *(parameters.get("args") or [])]
    try:
        os.execvp(python, words)
    except OSError as error:
        fail(f"cannot start {python}: {error.strerror}")


def run(script):
    """Runs the script as `python3 script` would."""
    sys.argv = sys.argv[1:]
    sys.path[0] = os.path.dirname(os.path.abspath(script))
    show = sys.excepthook

    def explain(kind, error, trace):
        show(kind, error, trace)
        sys.stderr.flush()
        words = " ".join(str(error).split())
        tell("openjd_fail", f"{kind.__name__}: {words}" if words else kind.__name__)

    sys.excepthook = explain
    try:
        runpy.run_path(script, run_name="__main__")
    except SystemExit as end:
        # sys.exit("no camera in scene"): Python prints the text, and exits with status 1.
        if end.code is not None and not isinstance(end.code, int):
            tell("openjd_fail", " ".join(str(end.code).split()) or "the script exited without a reason")
        raise


if len(sys.argv) > 1:
    run(sys.argv[1])
else:
    start(json.load(sys.stdin))
