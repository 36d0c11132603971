"""Disk, clock, network, names, pauses: all goes on, nothing is lost, and the journal has a sentence or two."""

import time

from bench.expect import expect, expect_equal, expect_in, wait
from bench.node import Node, expect_quiet

# What begins and ends around each trouble.
LINES = 40
# More than these would be a flood.
SENTENCES = 6


def run(bench):
    farm = bench.farm()
    node = Node(bench.machine())
    node.start_with(farm, manager_url=f"http://manager.local:{farm.port}")
    for trouble in (full_disk, read_only_disk, clock, network, name, pause):
        since, pid, began = node.cursor(), node.pid, time.monotonic()
        trouble(node, farm)
        expect_equal(node.pid, pid, f"the process of the agent after {trouble.__name__}")
        goes_on(node, farm)
        lines = [line for line in node.messages(since) if not is_of_tasks(line)]
        expect_quiet(lines, SENTENCES, trouble.__name__)
        bench.note(f"{trouble.__name__.replace('_', ' ')} {time.monotonic() - began:.0f} s, {len(lines)} lines")


def is_of_tasks(line):
    """Each task has two lines: that it started and how it ended."""
    return line.endswith("): started") or "): completed in" in line


def goes_on(node, farm):
    """The next task is taken, run and delivered."""
    node.wait_awake()
    job = farm.submit("echo goes on")
    farm.wait_job(job)
    farm.wait_line(job, "goes on")
    wait("nothing waits for the manager", lambda: node.status()["queue"]["tasks"] == 0)


def long_task(farm, count=LINES):
    """A task that prints for a while, a line each second."""
    job = farm.submit(f"for i in $(seq {count}); do echo line $i of {count}; sleep 1; done")
    farm.wait_line(job, f"line 1 of {count}")
    return job


def expect_whole(farm, job, count=LINES):
    """The task is completed, and no line of it is missing, there twice or in another place."""
    farm.wait_job(job)
    last = f"line {count} of {count}"
    farm.wait_line(job, last)
    found = [line for line in farm.lines(job) if line.startswith("line ")]
    expect_equal(found, [f"line {i} of {count}" for i in range(1, count + 1)], "the lines of the task")


def full_disk(node, farm):
    machine = node.machine
    # Root may fill what is kept back for it.
    machine.run("fallocate -l $(($(df --output=avail -B1 / | tail -n 1) - 65536)) /filler")
    machine.run("dd if=/dev/zero of=/filler2 bs=64k 2>/dev/null", check=False)
    takes_no_task(node, farm, "the disk is full", until="rm -f /filler /filler2")


def read_only_disk(node, farm):
    machine = node.machine
    # As after an error of the disk, but so that it can be undone without a reboot.
    machine.run("sync; echo u >/proc/sysrq-trigger")
    wait("the disk is read-only", lambda: " ro," in machine.run("grep ' / ext4' /proc/mounts"))
    takes_no_task(node, farm, "the disk is read-only", until="mount -o remount,rw /")


def takes_no_task(node, farm, trouble, until):
    """A task stays in the queue until this command has ended the trouble, and is run then."""
    node.wait_status("the agent takes no task", lambda it: it.get("idle_reason"))
    job = farm.submit("echo goes on")
    time.sleep(10)
    expect_equal(farm.task(job)["status"], "queued", f"a task while {trouble}")
    node.machine.run(until)
    farm.wait_job(job)
    farm.wait_line(job, "goes on")


def clock(node, farm):
    job = long_task(farm)
    node.machine.run("date --set '1 day'")
    goes_on_meanwhile(node)
    node.machine.run("date --set '2 days ago'")
    goes_on_meanwhile(node)
    node.machine.run("date --set '1 day'")
    expect_whole(farm, job)


def goes_on_meanwhile(node):
    expect(node.status().get("task"), "the task goes on")


def network(node, farm):
    job = long_task(farm)
    node.machine.monitor("set_link net0 off")
    time.sleep(120)
    expect_equal(farm.task(job)["status"], "active", "the task of a worker without network")
    node.machine.monitor("set_link net0 on")
    expect_whole(farm, job)


def name(node, farm):
    """The name of the manager does not resolve for a while."""
    machine = node.machine
    machine.run("cp /etc/hosts /etc/hosts.kept && sed -i /manager.local/d /etc/hosts")
    # Its address is asked for again when a connection is made, and libcurl keeps the old one for a minute.
    farm.outage(75)
    node.wait_status("there is an outage", lambda it: it["manager"].get("outage"))
    reason = node.status()["manager"]["outage"]["reason"]
    expect_in("manager.local", reason, "the reason of the outage")
    time.sleep(60)
    machine.run("cp /etc/hosts.kept /etc/hosts")
    node.wait_status("the outage is over", lambda it: not it["manager"].get("outage"))


def pause(node, farm):
    job = long_task(farm, 20)
    node.machine.monitor("stop")
    time.sleep(120)
    node.machine.monitor("cont")
    farm.wait_job(job)
    # The manager may have given the task out again meanwhile; each run is whole then, or was stopped.
    expect("line 20 of 20" in farm.lines(job), "the last line of the task is there", farm.log_of(farm.task(job)))
