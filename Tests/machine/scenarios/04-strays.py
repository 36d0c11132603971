"""Whatever programs leave behind, and however they end, nothing of them is left after the grace period."""

from bench.expect import expect, expect_equal, wait
from bench.node import text_of

# Eight ways to get away. Each leaves a `sleep 70005`, but for those whose shell is what stays.
STRAYS = {
    "setsid": "setsid sleep 70005 & sleep 70005",
    "double fork": "(setsid sh -c 'sleep 70005 & exit' &); sleep 70005",
    "ignored SIGTERM": "trap '' TERM; while :; do sleep 70005; done",
    "ignored SIGTERM and setsid": "setsid sh -c \"trap '' TERM HUP INT; while :; do sleep 70005; done\" & sleep 70005",
    "nohup": "nohup sleep 70005 >/dev/null 2>&1 & sleep 70005",
    "closed descriptors": "python3 -c 'import os; os.fork(); os.getpgrp() == os.getpid() or os.setsid();"
    " os.closerange(0, 99); os.execlp(\"sleep\", \"sleep\", \"70005\")' & sleep 70005",
    "stopped": "sh -c 'kill -STOP $$; sleep 70005' & sleep 70005",
    "a fan of forks": "for i in $(seq 12); do (setsid sh -c 'sleep 70005 & sleep 70005' &); done; sleep 70005",
}
GRACE = 5


def run(bench):
    node, farm = bench.node_and_farm(grace_period=f"{GRACE}s")
    for name, script in STRAYS.items():
        cancelled(node, farm, name, script)
    left_behind(node, farm)
    everything = " & ".join(f"({script})" for script in STRAYS.values()) + " & wait"
    endings = (
        ("the agent is killed", lambda: node.machine.run(f"kill -9 {node.pid}")),
        ("its supervisor is killed", lambda: node.machine.run("pkill -9 -x task-supervisor")),
        ("the service is stopped", lambda: node.machine.run(f"systemctl stop {node.unit}")),
        ("the service is restarted", lambda: node.machine.run(f"systemctl restart {node.unit}")),
    )
    for name, end in endings:
        ended(node, farm, name, end, everything)
    rebooted(bench, node, farm, everything)


def begin(node, farm, script):
    job = farm.submit(f"echo begun; {script}")
    farm.wait_line(job, "begun")
    wait("the processes are there", lambda: len(node.running("sleep 70005")) > 1)
    return job


def cancelled(node, farm, name, script):
    job = begin(node, farm, script)
    farm.cancel(job)
    try:
        node.expect_nothing_left("70005")
    except Exception as problem:
        left = node.machine.run("ps -ef --forest | tail -n 30")
        raise type(problem)(f"{name}, cancelled: {problem}\n{left}") from None


def left_behind(node, farm):
    """A program that ends and leaves others behind is done, and they are ended."""
    job = farm.submit("setsid sleep 70005 & (setsid sh -c 'sleep 70005 & exit' &); echo done")
    farm.wait_job(job)
    node.expect_nothing_left("70005")


def ended(node, farm, name, end, script):
    """Nothing is left when the agent or its supervisor ends."""
    node.machine.run(f"systemctl start {node.unit}")
    node.wait_awake()
    job = begin(node, farm, script)
    first = set(node.machine.run("pgrep --full -- '[7]0005'").split())
    expect(len(first) > 20, f"{len(first)} processes of all kinds run")
    end()
    wait(f"{name}: none of its processes is left",
         lambda: not first & set(node.machine.run("pgrep --full -- '[7]0005' || true").split()), 180)
    if node.show("ActiveState") == "inactive":
        node.expect_nothing_left("70005")
        expect_equal(node.show("Result"), "success", "the result of the unit")
    farm.cancel(job)
    node.expect_nothing_left("70005", 180)


def rebooted(bench, node, farm, script):
    node.machine.run(f"systemctl start {node.unit}")
    node.wait_awake()
    job = begin(node, farm, script)
    since = node.cursor()
    bench.note(f"reboot {node.machine.reboot():.0f} s")
    node.wait_awake()
    farm.wait_line(job, "begun", times=2)
    farm.cancel(job)
    node.expect_nothing_left("70005")
    listed = [text for entry in node.journal(since) if "Killing process" in (text := text_of(entry))]
    expect_equal(listed, [], "what systemd had to kill at the shutdown")
