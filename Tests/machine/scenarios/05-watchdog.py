"""A stopped agent: the watchdog starts it again, the tree of its task is gone, and what becomes of the task is told."""

import time

from bench.expect import expect_equal, expect_in, wait


def run(bench):
    node, farm = bench.node_and_farm()
    job = farm.submit("echo begun; trap '' TERM; (setsid sleep 70006 &); while :; do sleep 70006; done")
    farm.wait_line(job, "begun")
    wait("the processes are there", lambda: len(node.running("^sleep 70006")) == 2)
    first = set(node.machine.run("pgrep --full -- '^sleep 70006'").split())
    pid, since = node.pid, node.cursor()
    began = time.monotonic()
    node.machine.run(f"kill -STOP {pid}")
    wait("the watchdog starts another agent", lambda: node.pid not in (0, pid), 600)
    bench.note(f"another agent after {time.monotonic() - began:.0f} s")
    expect_equal(node.show("NRestarts"), "1", "the number of restarts")
    lines = [entry["MESSAGE"] for entry in node.journal(since) if entry.get("SYSLOG_IDENTIFIER") == "systemd"]
    expect_in("Watchdog timeout", "\n".join(lines), "what systemd says")
    wait("none of the first run's processes is left",
         lambda: not first & set(node.machine.run("pgrep --full -- '^sleep 70006' || true").split()), 180)
    node.wait_awake()
    # The manager has heard what became of the first run, and gave the task to this worker again.
    farm.wait_line(job, "begun", times=2)
    told = "interrupted: the agent was stopped or killed while this task ran"
    start = "command 1 of 1, exec"
    expect_equal(farm.lines(job), [start, "begun", told, start, "begun"], "the log of the task")
    farm.cancel(job)
    node.expect_nothing_left("70006")
