#!/usr/bin/env python3
"""Checks the pages (README.md and all other *.md files): that README.md is short, that links lead somewhere, and that each message
with which the agent asks somebody to act is found in systemd/README.md.

Such messages are the advice of `doctor`, the warnings and errors of the agent's log, refused settings, and the reasons for taking
no task and for the failure of programs. A message is found by the longest of its parts that do not vary; quotation marks do not count.
`Tests/check-pages.py --messages` lists these parts."""

import re
import sys
from pathlib import Path

MOST_LINES_OF_README = 150
TROUBLE = "systemd/README.md"
# Where messages come from: files in which calls to a log or findings of `doctor` are messages, and files in which every text is one.
CALLS = ["Sources/Agent", "Sources/flamenco-agent"]
REASONS = [
    "Sources/Agent/Node/FailureStreak.swift", "Sources/Agent/Node/RequiredPath.swift", "Sources/Agent/Worker/ForcedEnd.swift",
    "Sources/ExecutorKit/Running/ProgramResult+Words.swift",
]
FEWEST_LETTERS = 12

root = Path(__file__).resolve().parent.parent
problems = []


# MARK: Links


def pages():
    return sorted(path for path in root.rglob("*.md") if not any(part in (".build", ".git") for part in path.parts))


def without_code(text):
    """The text without what is not read as Markdown, with its lines."""
    text = re.sub(r"^(```+).*?^\1", lambda match: "\n" * match[0].count("\n"), text, flags=re.M | re.S)
    return re.sub(r"`[^`\n]*`", "", text)


def anchors(path):
    """The anchors of a page, as GitHub makes them of headings."""
    text = re.sub(r"^(```+).*?^\1", "", path.read_text(), flags=re.M | re.S)
    found, counts = set(), {}
    for heading in re.findall(r"^#+ +(.*?) *#*$", text, re.M):
        words = re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", heading)
        anchor = re.sub(r"[^\w\- ]", "", words.lower()).replace(" ", "-")
        counts[anchor] = counts.get(anchor, -1) + 1
        found.add(f"{anchor}-{counts[anchor]}" if counts[anchor] else anchor)
    return found | set(re.findall(r"<a (?:id|name)=\"([^\"]+)\"", text))


def check_links(path):
    text = without_code(path.read_text())
    links = re.finditer(r"\]\(\s*<?([^)\s>]+)>?(?:\s+\"[^\"]*\")?\s*\)|(?:src|href)=\"([^\"]+)\"|^\[[^\]]+\]: *(\S+)", text, re.M)
    for match in links:
        link = match[1] or match[2] or match[3]
        if re.match(r"[a-z][a-z0-9+.-]*:", link):
            continue
        place = f"{path.relative_to(root)}:{text.count(chr(10), 0, match.start()) + 1}"
        file, _, anchor = link.partition("#")
        target = (path.parent / file).resolve() if file else path
        if not target.exists():
            problems.append(f"{place}: the link leads to {file}, which does not exist")
        elif anchor and target.suffix == ".md" and anchor not in anchors(target):
            problems.append(f"{place}: {target.relative_to(root)} has no heading for #{anchor}")


# MARK: Messages


def closing(text, start):
    """The index of the bracket that closes the one at `start`, past brackets in strings."""
    depth, index = 0, start
    while index < len(text):
        if text[index] == '"':
            index = literal_end(text, index) - 1
        elif text[index] in "([{":
            depth += 1
        elif text[index] in ")]}":
            depth -= 1
            if depth == 0:
                return index
        index += 1
    return len(text)


def literal_end(text, start):
    """The index behind the string literal that begins at `start`."""
    quote = '"""' if text.startswith('"""', start) else '"'
    index = start + len(quote)
    while index < len(text) and not text.startswith(quote, index):
        if text.startswith("\\(", index):
            index = closing(text, index + 1)
        elif text[index] == "\\":
            index += 1
        index += 1
    return index + len(quote)


def literals(text):
    """The string literals of a piece of Swift, those joined by + as one, each as a list of its fixed parts."""
    found, index, end = [], 0, None
    while index < len(text):
        if text.startswith("//", index):
            index = text.find("\n", index) % (len(text) + 1)
        elif text[index] == '"':
            after = literal_end(text, index)
            marks = 3 if text.startswith('"""', index) else 1
            content, parts = text[index + marks : after - marks], [""]
            position = 0
            while position < len(content):
                if content.startswith("\\(", position):
                    position = closing(content, position + 1)
                    parts.append("")
                else:
                    parts[-1] += content[position]
                position += 1
            if end is not None and re.fullmatch(r"\s*\+\s*", text[end:index]):
                found[-1][-1] += parts[0]
                found[-1] += parts[1:]
            else:
                found.append(parts)
            index = end = after
        else:
            index += 1
    return found


def arguments(text):
    """The arguments of a call, up to the bracket that closes it."""
    found, index, start = [], 0, 0
    while index < len(text):
        if text[index] == '"':
            index = literal_end(text, index) - 1
        elif text[index] in "([{":
            index = closing(text, index)
        elif text[index] == ",":
            found.append(text[start:index])
            start = index + 1
        elif text[index] in ")]}":
            return found + [text[start:index]]
        index += 1
    return found + [text[start:]]


def pieces_with_messages(path):
    text = path.read_text()
    for match in re.finditer(r"([\w.]*|\))\.(warning|error|failed)(\()|\badvice:(\s)", text):
        if match[4]:
            if not re.match(r"\s*(?:String|error|finding)\b", text[match.end() :]):
                yield arguments(text[match.end() :])[0]
            continue
        start = match.start(3)
        found = arguments(text[start + 1 :])
        if "log" in match[1] or "about(" in text[match.start() - 40 : match.start() + 1]:
            yield found[0]
        elif len(found) == 2:
            yield found[1]


    for match in re.finditer(r"\b(?:SettingsError|AbsenceError|ControlGroupError)\(", text):
        yield arguments(text[match.end() :])[0]
    for match in re.finditer(r"func advice\(.*?\{\n", text):
        yield text[match.end() - 2 : closing(text, match.end() - 2)]


def plain(text):
    return re.sub(r"\s+", " ", re.sub(r"[“”\"`*]|\\(?=[\"\\])", "", text)).strip()


def messages():
    """The longest fixed part of each message, with the file that it comes from."""
    found = {}
    for folder in CALLS:
        for path in sorted((root / folder).rglob("*.swift")):
            for piece in pieces_with_messages(path):
                for parts in literals(piece):
                    found.setdefault(max(map(plain, parts), key=len), path)
    for name in REASONS:
        code = re.sub(r"^\s*//.*$", "", (root / name).read_text(), flags=re.M)
        for parts in literals(code):
            found.setdefault(max(map(plain, parts), key=len), root / name)
    return {text.strip(" ;:,"): path for text, path in found.items() if len(text.strip(" ;:,")) >= FEWEST_LETTERS}


def check_messages():
    page = plain((root / TROUBLE).read_text())
    for text, path in messages().items():
        if text not in page:
            problems.append(f"{TROUBLE} does not say what to do about a message of {path.relative_to(root)}: \"{text}\"")


def main():
    if sys.argv[1:] == ["--messages"]:
        for text, path in messages().items():
            print(f"{path.relative_to(root)}: {text}")
        return 0
    for path in pages():
        check_links(path)
    lines = len((root / "README.md").read_text().splitlines())
    if lines > MOST_LINES_OF_README:
        problems.append(f"README.md has {lines} lines; the limit is {MOST_LINES_OF_README}")
    check_messages()
    print(f"Pages: {len(pages())}, README.md with {lines} lines, {len(messages())} messages")
    for problem in problems:
        print(problem, file=sys.stderr)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
