#!/usr/bin/env python3
"""Checks how the sources are laid out, and prints what was counted: files, lines, longest functions, and the layers of imports.

Fails when a file has more than 400 lines, a function more than 60, two source files have the same name, a target imports one
that does not stand above it in Package.swift, a system call is made outside of System, or a script that runs inside Blender is
too new for Blender 2.93."""

import ast
import re
import statistics
import sys
from pathlib import Path

MOST_LINES_OF_FILE = 400
MOST_LINES_OF_FUNCTION = 60

root = Path(__file__).resolve().parent.parent
problems = []


def swift_files(*folders):
    return sorted(file for folder in folders for file in (root / folder).rglob("*.swift") if ".build" not in file.parts)


def functions(lines):
    """The first and last line of each function and initialiser. Formatted code closes one at the indentation it began with."""
    beginning = re.compile(r"^( *)(?:[a-z@]\S* )*(?:func\b|init[?(<]|deinit\b)")
    for number, line in enumerate(lines):
        match = beginning.match(line)
        if not match:
            continue
        end = match.group(1) + "}"
        for last in range(number, len(lines)):
            if lines[last].rstrip() == end or (last == number and line.rstrip().endswith("}")):
                yield number + 1, last + 1
                break
            # A requirement of a protocol has no body.
            if last > number and lines[last].strip() == "":
                if not any("{" in text for text in lines[number : last + 1]):
                    break


def check_lengths(files):
    longest = 0
    for file in files:
        lines = file.read_text().splitlines()
        name = file.relative_to(root)
        if len(lines) > MOST_LINES_OF_FILE:
            problems.append(f"{name} has {len(lines)} lines; the limit is {MOST_LINES_OF_FILE}")
        for first, last in functions(lines):
            length = last - first + 1
            longest = max(longest, length)
            if length > MOST_LINES_OF_FUNCTION:
                problems.append(f"{name}:{first}: the function has {length} lines; the limit is {MOST_LINES_OF_FUNCTION}")
    return longest


def targets():
    """Name, folder and dependencies of each target, in the order of Package.swift."""
    manifest = (root / "Package.swift").read_text()
    pattern = re.compile(r"\.(systemLibrary|target|executableTarget|testTarget)\(\s*name: \"([^\"]+)\"")
    starts = list(pattern.finditer(manifest))
    for start, end in zip(starts, [match.start() for match in starts[1:]] + [len(manifest)]):
        text = manifest[start.start() : end]
        path = re.search(r"path: \"([^\"]+)\"", text)
        dependencies = re.search(r"dependencies: \[([^\]]*)\]", text)
        folder = "Tests" if start.group(1) == "testTarget" else "Sources"
        yield (
            start.group(2),
            path.group(1) if path else f"{folder}/{start.group(2)}",
            re.findall(r"\"([^\"]+)\"", dependencies.group(1)) if dependencies else [],
        )


def check_layers():
    known = list(targets())
    names = [name for name, _, _ in known]
    for name, folder, dependencies in known:
        for dependency in dependencies:
            if dependency in names and names.index(dependency) > names.index(name):
                problems.append(f"Package.swift: {name} depends on {dependency}, which stands below it")
        for file in swift_files(folder):
            for module in re.findall(r"^ {0,4}(?:@testable |package |public |internal )?import (?:\w+ )?(\w+)", file.read_text(), re.M):
                if module in names and module not in dependencies:
                    problems.append(f"{file.relative_to(root)} imports {module}, on which {name} does not depend")


def check_names(files):
    known = {}
    for file in files:
        first = known.setdefault(file.name, file)
        # Each program has its own.
        if first is not file and file.name != "main.swift":
            problems.append(f"{file.relative_to(root)} has the same name as {first.relative_to(root)}")


# Calls that System wraps, and what tells that somebody makes them by hand.
RAW_CALLS = re.compile(
    r"(?<![.\w])(?:openat|pread|pwrite|fsync|ftruncate|lstat|fstat|statvfs|mkdir|rmdir|unlink|opendir|readdir|fdopendir|pollfd|"
    r"socketpair|setsockopt|getsockname|recv|sendto|epoll_\w+|waitpid|kill|posix_spawn\w*|execve|usleep|nanosleep|flock|"
    r"pthread_create|getpwuid|getpwnam_r|setuid|seteuid|realpath|readlink|mkdtemp|signal|sigaction|platform_\w+)\(|"
    r"\bEINTR\b|(?<![.\w])errno\b(?!:)|detachNewThread"
)


def check_calls(files):
    for file in files:
        for number, line in enumerate(file.read_text().splitlines(), 1):
            code = line.split("//")[0]
            if RAW_CALLS.search(code) and not re.search(r"\bfunc\b|\bcase\b.*errno|(?:let|var|self\.errno =).*\berrno\b", code):
                problems.append(f"{file.relative_to(root)}:{number}: a system call outside of System: {line.strip()}")


# What the oldest Blender that the driver is for has.
OLDEST_PYTHON = (3, 9)


def check_driver():
    """The scripts that run inside Blender are valid in the oldest version of Python that they may meet."""
    for file in (root / "executors/blender-render").glob("*.py"):
        try:
            ast.parse(file.read_text(), feature_version=OLDEST_PYTHON)
        except SyntaxError as error:
            problems.append(f"{file.relative_to(root)}:{error.lineno}: not valid in Python 3.9: {error.msg}")


sources = swift_files("Sources", "executors", "manager-lite")
tests = swift_files("Tests")
check_layers()
check_driver()
check_names(sources)
check_calls(file for file in sources if "Sources/System/" not in str(file))
longest = check_lengths(sources + tests)
for title, files in ("Sources", sources), ("Tests", tests):
    lengths = [len(file.read_text().splitlines()) for file in files]
    print(
        f"{title}: {len(files)} files, {sum(lengths)} lines, median {statistics.median(lengths):.0f},",
        f"longest {max(lengths)}, {100 * sum(length <= 30 for length in lengths) // len(files)} % of at most 30 lines",
    )
print(f"Longest function: {longest} lines")
for problem in problems:
    print(problem, file=sys.stderr)
sys.exit(1 if problems else 0)
