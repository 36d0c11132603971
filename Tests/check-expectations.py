#!/usr/bin/env python3
"""Names the tests that expect nothing, and so can only fail by crashing; status 1 when there are any.

A test expects something when #expect, #require, Issue.record or confirmation is in its body, or when it calls a function of
its file, or of a file of its target without tests, that does so; there, #require alone does not count, since it is
preparation. The formatter is relied on: a function ends where a brace stands below its beginning.
"""
import pathlib
import re
import sys

TESTS = pathlib.Path(__file__).resolve().parent
EXPECTATION = re.compile(r"#expect\b|\bIssue\.record\b|\bconfirmation\b")
FUNCTION = re.compile(r"^( *)(?:[\w@()]+ )*func (\w+)", re.MULTILINE)
# What stands before a test: its attribute, which ends where the function begins.
ATTRIBUTE = re.compile(r"@Test\b(?:(?!\bfunc |\n\n).)*\Z", re.DOTALL)


def functions(text):
    """The functions of a file: name, body, line, whether it is a test."""
    for match in FUNCTION.finditer(text):
        first = text[match.start() : text.find("\n", match.end())]
        body = first
        if not first.endswith("}"):
            end = re.compile(rf"^{match[1]}\}}", re.MULTILINE).search(text, match.end())
            body = text[match.start() : end.end() if end else len(text)]
        yield match[2], body, text.count("\n", 0, match.start()) + 1, bool(ATTRIBUTE.search(text[: match.start()]))


def calls(body, names):
    return any(re.search(rf"(?<!func )\b{name}(?:\(| \{{)", body) for name in names)


def expecting(found, known):
    """The names of helpers that expect something, by themselves or through others."""
    names = set(known)
    while True:
        more = {name for name, body, _, _ in found if EXPECTATION.search(body) or calls(body, names)} - names
        if not more:
            return names
        names |= more


def main():
    files = {path: list(functions(path.read_text())) for path in sorted(TESTS.rglob("*.swift"))}
    missing = tests = 0
    for path, found in files.items():
        target = path.relative_to(TESTS).parts[0]
        shared = {
            name
            for other, others in files.items()
            if other.relative_to(TESTS).parts[0] == target and not any(is_test for *_, is_test in others)
            for name, body, _, _ in others
            if EXPECTATION.search(body)
        }
        names = expecting([function for function in found if not function[3]], shared)
        for name, body, line, is_test in found:
            tests += is_test
            if is_test and not EXPECTATION.search(body) and "#require" not in body and not calls(body, names):
                print(f"{path.relative_to(TESTS.parent)}:{line}: the test \"{name}\" expects nothing", file=sys.stderr)
                missing += 1
    if tests == 0:
        print("there are no tests", file=sys.stderr)
    return 1 if missing or tests == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
