"""The journal: priorities, no secrets, silence while idle, at most three lines in ten minutes without a manager."""

import base64
import json
import time

from bench.expect import expect, expect_equal, wait
from bench.node import UNIT, Node, expect_quiet, text_of

TEN_MINUTES = 600
# syslog(3)
PRIORITIES = {
    "): started": "6", "): completed in": "6", "the worker is awake": "6",
    "): failed: ": "4", "retrying until it succeeds": "4",
}


def run(bench):
    farm, other, machine = bench.farm(), bench.farm(), bench.machine()
    idle, deserted = Node(machine), Node(machine, "deserted")
    setup = f"flamenco-agent setup --render-user flamenco-render --settings {deserted.settings_file} --auto"
    machine.run(f"{setup} --manager-url {other.url}", check=False)
    machine.run("systemctl daemon-reload")
    # With all that it can say.
    for node, manager in ((idle, farm), (deserted, other)):
        node.start_with(manager, log_level="debug", task_poll_interval=None)
        manager.wait_job(manager.submit("echo works"))
        manager.wait_job(manager.submit("exit 3"), "failed")
        no_secrets(node)
        node.start_with(manager, task_poll_interval=None, running_poll_interval=None, asleep_poll_interval=None)
    since = idle.cursor()
    other.stop()
    wait("there is an outage", lambda: deserted.status()["manager"].get("outage"))
    time.sleep(TEN_MINUTES)
    expect_quiet(idle.messages(since), 0, "ten idle minutes")
    everything = [text_of(entry) for entry in idle.journal(since)]
    expect_quiet(everything, 0, "ten idle minutes, by systemd too")
    lines = deserted.messages(since)
    expect_quiet(lines, 3, "ten minutes without a manager")
    bench.note(f"{len(lines)} lines in ten minutes without a manager")
    other.start()
    deserted.wait_awake()
    for node in (idle, deserted):
        priorities(node)
        no_secrets(node)


def priorities(node):
    for entry in node.journal():
        for part, priority in PRIORITIES.items():
            if entry.get("SYSLOG_IDENTIFIER") == UNIT and part in text_of(entry):
                expect_equal(entry["PRIORITY"], priority, f"the priority of \"{text_of(entry)}\"")


def no_secrets(node):
    """Neither the worker's secret nor the header that has it."""
    credentials = json.loads(node.machine.run(f"cat {node.state}/credentials.json"))
    secret, header = credentials["secret"], ":".join([credentials["worker_id"], credentials["secret"]])
    everything = node.machine.run("journalctl --output export --all --no-pager")
    for text in (secret, base64.b64encode(header.encode()).decode()):
        expect(text not in everything, "a secret is in the journal")
