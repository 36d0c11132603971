"""Upgrade while a task runs and while idle, downgrade, remove, install again, purge, and install again."""

import subprocess

from bench.expect import expect, expect_equal, expect_in, wait

GOES_ON = "flamenco-agent.service is running a task and was not restarted; when the task is finished: systemctl restart"


def newer_package(bench):
    """The same programs, packed with a higher version."""
    old, folder = bench.package, bench.folder / "package"
    subprocess.run(["dpkg-deb", "--raw-extract", old, folder], check=True)
    control = folder / "DEBIAN" / "control"
    control.write_text(control.read_text().replace("\nVersion: ", "\nVersion: 9."))
    # Of another time, so that dpkg does not take the files for the same.
    (folder / "usr" / "bin" / "flamenco-agent").touch()
    new = bench.folder / "newer.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-Znone", "--build", folder, new], check=True, capture_output=True)
    return new


def run(bench):
    node, farm = bench.node_and_farm()
    machine = node.machine
    machine.send("/root", newer_package(bench))
    machine.run("mv /root/flamenco-agent_*.deb /root/older.deb")
    while_a_task_runs(node, farm)
    while_idle(node, farm, "older.deb")
    while_idle(node, farm, "newer.deb")
    removed_and_installed_again(node, farm)
    purged(node, farm)


def apt(node, words):
    return node.machine.run(
        f"cd /root && DEBIAN_FRONTEND=noninteractive apt-get {words} </dev/null 2>&1", limit=600)


def program_of(node):
    """The file that the agent runs, as the kernel names it."""
    return node.machine.run(f"readlink /proc/{node.pid}/exe")


def while_a_task_runs(node, farm):
    job = farm.submit("echo begun; until [ -e /render/go ]; do sleep 0.5; done; echo finished")
    farm.wait_line(job, "begun")
    pid = node.pid
    text = apt(node, "install ./newer.deb")
    expect_in(GOES_ON, text, "what apt prints")
    expect_equal(node.pid, pid, "the process of an agent with a task after an upgrade")
    expect(program_of(node).endswith("(deleted)"), "the agent is the one before", program_of(node))
    expect(node.status().get("task"), "the task goes on, and status can be asked")
    expect_equal(node.machine.result("flamenco-agent status").returncode, 0, "the exit status of the newer status")
    node.machine.run("touch /render/go")
    farm.wait_job(job)
    expect_equal(farm.lines(job).count("begun"), 1, "how often the task began")
    expect_equal(farm.lines(job).count("finished"), 1, "how often the task finished")
    # The programs were replaced meanwhile: the one before still starts tasks.
    farm.wait_job(farm.submit("echo by the one before"))
    node.restart()
    node.wait_awake()
    expect_equal(program_of(node), "/usr/bin/flamenco-agent", "the program after a restart")


def while_idle(node, farm, package):
    pid, worker = node.pid, node.status()["worker"]["id"]
    apt(node, f"install --allow-downgrades ./{package}")
    status = node.wait_awake()
    expect(node.pid not in (0, pid), f"an idle agent is restarted by {package}")
    expect_equal(program_of(node), "/usr/bin/flamenco-agent", "the program after an upgrade while idle")
    expect_equal(status["worker"]["id"], worker, "the worker")
    farm.wait_job(farm.submit("echo works"))


def removed_and_installed_again(node, farm):
    worker = node.status()["worker"]["id"]
    job = farm.submit("echo begun; trap '' TERM; while :; do sleep 70007; done")
    farm.wait_line(job, "begun")
    apt(node, "remove flamenco-agent")
    node.wait_gone("70007")
    expect_equal(node.machine.run("pgrep -l 'flamenco|supervisor' || true"), "", "the processes after the removal")
    expect_equal(farm.task(job)["status"], "queued", "the task of an agent that was removed")
    farm.cancel(job)
    for file in (node.settings_file, f"{node.state}/credentials.json"):
        expect_equal(node.machine.run(f"ls {file}", check=False), file, "what a removal keeps")
    apt(node, "install ./older.deb")
    status = node.wait_awake()
    expect_equal(status["worker"]["id"], worker, "the worker after a removal and a new installation")


def purged(node, farm):
    worker = node.status()["worker"]["id"]
    apt(node, "purge flamenco-agent")
    left = node.machine.run(
        "find / -xdev -path /root -prune -o -path /proc -prune -o -name '*flamenco*' -print"
        " | grep -vE '^/var/(cache|log|lib/(apt|dpkg|systemd/linger))/|^/render' || true")
    expect_equal(left, "", "what a purge leaves")
    units = node.machine.run("systemctl list-units --all --no-legend 'flamenco*' 'manager-lite*'")
    expect_equal(units, "", "the units after a purge")
    apt(node, "install ./newer.deb")
    node.machine.run(f"flamenco-agent setup --auto --manager-url {farm.url}", check=False)
    node.restart()
    status = node.wait_awake()
    expect(status["worker"]["id"] != worker, "a purged agent is another worker")
    wait("the manager has two workers", lambda: len(farm.workers()) == 2)
