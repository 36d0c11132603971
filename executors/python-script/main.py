#!/usr/bin/env python3
"""python-script: runs a Python file.

What the file prints is the log of the task, and the messages in it are heard: `openjd_progress: 50`, for instance. When
it ends with an exception, or with `sys.exit("reason")`, that is the reason why the task failed.

The agent starts this program with the command as JSON on standard input. It starts itself again with the Python that is
wanted, and with the file and its arguments behind its own name, since a file should find its Python as if it had been
called by hand.
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
    # Unbuffered: whoever looks at the log wants to see what happens now.
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
        # sys.exit("no camera in scene"): Python prints the text, and the status is 1.
        if end.code is not None and not isinstance(end.code, int):
            tell("openjd_fail", " ".join(str(end.code).split()) or "the script exited without a reason")
        raise


if len(sys.argv) > 1:
    run(sys.argv[1])
else:
    start(json.load(sys.stdin))
