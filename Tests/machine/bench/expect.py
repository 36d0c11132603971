"""Expectations that say what they saw, and waiting for what happens."""

import os
import time

# By how much all limits are longer, on a host that has much else to do.
PATIENCE = float(os.environ.get("MACHINE_PATIENCE", "1"))


class Failure(Exception):
    """What was expected and did not happen, in sentences."""


def expect(condition, sentence, seen=None):
    """Fails with a sentence, and what was seen in place of what it says."""
    if not condition:
        raise Failure(sentence if seen is None else f"{sentence}; seen:\n{indented(seen)}")


def expect_in(part, text, what):
    expect(part in text, f"{what} should contain \"{part}\"", text)


def expect_equal(found, wanted, what):
    expect(found == wanted, f"{what} should be {wanted!r}, but is {found!r}")


def wait(what, look, limit=300, every=0.5):
    """Looks until the answer is true, and returns it. The limit is for what never comes, on a slow and busy machine."""
    limit *= PATIENCE
    deadline = time.monotonic() + limit
    while True:
        answer = look()
        if answer:
            return answer
        if time.monotonic() > deadline:
            raise Failure(f"waited {limit:.0f} s for this: {what}")
        time.sleep(every)


def indented(value):
    return "\n".join("    " + line for line in str(value).splitlines()[-40:])
