"""Takes one order after another from the agent, which keeps Blender open between tasks.

Blender runs this once before all else, behind rendering.py in one text: that takes the standard input over. It runs serve()
when everything on the command line has been done. An order is a line of JSON; see order() in OpenBlender.swift. Behind the first
one comes an empty line, once the agent has seen that its work begins.
"""

import ctypes
import json
import os
import resource
import sys
import threading

libc = ctypes.CDLL(None)
# From here on scripts may do to descriptors 0 and 1 what they like, and find nothing to read, as ever.
printed = os.dup(1)
printed_file = os.fstat(printed)
orders = open(os.dup(0), "rb")
nothing = os.open(os.devnull, os.O_RDONLY)
os.dup2(nothing, 0)
os.close(nothing)
first_order = json.loads(orders.readline())


def command_line():
    """The words of the command line without this driver's own, and the place of those that render."""
    words = sys.argv[:]
    places = [place for place, word in enumerate(words) if "flamenco_agent" in word]
    if len(places) != 2:
        return words, len(words)
    first, last = places
    # "--render-format", its value and "--python-expr" stand before the last.
    del words[last - 3 : last + 1]
    del words[first - 1 : first + 1]
    return words, last - 5


words, place_of_order = command_line()


def show_arguments(order):
    """Lets scripts see the command line as it would be without this driver."""
    sys.argv[:] = words[:place_of_order] + order["arguments"] + words[place_of_order:]


def say(mark, **facts):
    """Prints a line for the agent, behind all that was printed before."""
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):
        try:
            stream.flush()
        except Exception:
            pass
    libc.fflush(None)
    # Where scripts have closed or replaced the descriptor, the agent would wait for ever: it notices the end of Blender.
    if not os.path.samestat(os.fstat(printed), printed_file):
        raise OSError("a script has replaced the standard output")
    text = (mark + json.dumps(facts) + "\n").encode()
    while text:
        text = text[os.write(printed, text) :]


def processor_time():
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime for usage in usages), sum(usage.ru_stime for usage in usages)


def forget_peak():
    """Lets the peak of the memory begin anew, where the system allows it (man 5 proc, clear_refs)."""
    try:
        with open("/proc/self/clear_refs", "w") as file:
            file.write("5")
    except OSError:
        pass


def memory():
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024
    try:
        with open("/proc/self/statm") as file:
            return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE"), peak
    except OSError:
        return peak, peak


# The names of the last order's variables.
variables = set()


def prepare(order):
    """Has scripts find what they would find in a Blender for this task alone."""
    for name in variables - set(order["variables"]):
        os.environ.pop(name, None)
    os.environ.update(order["variables"])
    variables.clear()
    variables.update(order["variables"])
    show_arguments(order)
    if "device" in order:
        # The script that tells which device Cycles renders with.
        tell.mark, tell.last = order["device"], None  # noqa: F821


def serve():
    session, order, threads = None, first_order, threading.active_count()
    while "mark" in order:
        mark = order["mark"]
        say(mark, state="begun")
        begun = (0, 0)
        if session is None:
            # The agent looks which processes are there, before this order can leave others.
            orders.readline()
        else:
            begun = processor_time()
            forget_peak()
        state, reason = "done", None
        try:
            prepare(order)
            session = session or Session()  # noqa: F821
            session.perform(order["output"], order["frames"])
        except Exception as error:
            state, reason = "declined", str(error) or type(error).__name__
        user, system = (now - before for now, before in zip(processor_time(), begun))
        now, peak = memory()
        say(
            mark, state=state, reason=reason, userTime=user, systemTime=system, memory=now, peakMemory=peak,
            hasLeftThreads=threading.active_count() > threads,
        )
        order = json.loads(orders.readline() or "{}")


show_arguments(first_order)
