"""Two agents on one machine, the user for programs, the sandbox, and tasks that try to get at the agent."""

from bench.expect import expect, expect_equal, expect_in, wait
from bench.node import UNIT, Node

NAMES = ("one", "two")


def run(bench):
    farm, machine = bench.farm(), bench.machine()
    nodes = [Node(machine, name) for name in NAMES]
    for node in nodes:
        setup = f"flamenco-agent setup --settings {node.settings_file} --manager-url {farm.url} --name {node.instance}"
        machine.run(f"{setup} --render-user flamenco-render --auto", check=False)
        node.settings(manager_url=farm.url, worker_name=node.instance)
    units = " ".join(node.unit for node in nodes)
    machine.run(f"systemctl daemon-reload && systemctl enable --now {units}")
    side_by_side(farm, nodes)
    after_a_reboot(bench, farm, nodes)
    for settings in ({}, {"sandbox": "paths", "allowed_paths": ["/render"]}):
        nodes[1].machine.run(f"systemctl stop {nodes[1].unit}")
        nodes[0].start_with(farm, worker_name="one", **settings)
        machine.run(f"systemctl start {nodes[1].unit}")
        nodes[1].wait_awake()
        attacks(farm, nodes, settings)
    refused_sandbox(farm, nodes[0])


def side_by_side(farm, nodes):
    for node in nodes:
        expect_equal(node.wait_awake()["worker"]["name"], node.instance, "the name of the worker")
    expect_equal(sorted(worker["name"] for worker in farm.workers()), sorted(NAMES), "the workers of the manager")
    jobs = [farm.submit("echo begun; sleep 70008; echo finished") for _ in nodes]
    for job in jobs:
        farm.wait_line(job, "begun")
    expect_equal(len({node.status()["task"]["id"] for node in nodes}), 2, "the number of tasks that run side by side")
    for node in nodes:
        expect_equal(len(node.program_groups()), 1, f"the number of cgroups of programs of {node.unit}")
    # What becomes of one is nothing to the other.
    other = nodes[1].status()["task"]["id"]
    nodes[0].machine.run(f"systemctl stop {nodes[0].unit}")
    expect_equal(nodes[1].status()["task"]["id"], other, "the task of the other agent")
    expect_equal(len(nodes[0].running("^sleep 70008")), 1, "the number of programs of the other agent")
    for job in jobs:
        farm.cancel(job)
    nodes[1].expect_nothing_left("70008")


def after_a_reboot(bench, farm, nodes):
    bench.note(f"reboot {nodes[0].machine.reboot():.0f} s")
    for node in nodes:
        node.wait_awake()
    expect_equal(len(farm.workers()), 2, "the number of workers after a reboot")


def attacks(farm, nodes, settings):
    """Each of these must fail for a program of a task."""
    node = nodes[0]
    pids = [each.pid for each in nodes]
    for each in nodes:
        node.machine.run(f"test -e '{each.cgroup}/cgroup.kill'")
    supervisors = node.machine.run("pgrep -x task-supervisor || true").split()
    attempts = [f"cat {each.state}/credentials.json" for each in nodes]
    attempts += [f"ls {each.state}" for each in nodes]
    attempts += [f"kill -{signal} {pid}" for pid in pids for signal in ("TERM", "STOP", "KILL")]
    attempts += [f"cat /proc/{pid}/{file}" for pid in pids for file in ("environ", "mem", "maps")]
    attempts += [f"kill -STOP {pid}" for pid in supervisors]
    attempts += [f"flamenco-agent {words} --state-dir {each.state}" for each in nodes for words in ("status", "pause")]
    attempts += [f"echo 1 >'{each.cgroup}/cgroup.kill'" for each in nodes] + [f"echo >>{node.settings_file}"]
    attempts += [f"echo $$ >'{node.cgroup}/agent/cgroup.procs'", "systemctl stop flamenco-agent@one"]
    attempts += ["setpriv --reuid flamenco-agent true", "sudo -n true", "su -c true flamenco-agent </dev/null"]
    node.machine.write("/render/attempts", "\n".join(attempts))
    node.machine.write(
        "/render/attack",
        "id -un; while read -r line; do echo \"tries $line\"; (sh -c \"$line\") </dev/null 2>&1"
        " && echo \"GOT IN: $line\"; done </render/attempts; echo all tried")
    # By either of the two: both have to hold.
    job = farm.submit(["sh", "/render/attack"])
    farm.wait_job(job)
    text = farm.log_of(farm.task(job))
    expect_in("flamenco-render", text, "the log of the attacks")
    expect_equal(text.count("tries "), len(attempts), "the number of attacks")
    expect("GOT IN" not in text, f"no attack succeeds with {settings or 'the usual settings'}", text)
    # All that it may end ends with it.
    job = farm.submit("kill -KILL -1")
    farm.wait_task(job, "failed", "soft-failed", "completed")
    expect_equal([each.pid for each in nodes], pids, "the agents after the attacks")
    wait("both agents are awake", lambda: all(each.status().get("state") == "awake" for each in nodes))
    expect(all(not each.status().get("sleep_reasons") for each in nodes), "no agent was paused")


def refused_sandbox(farm, node):
    """The kernel of Debian 12 cannot keep programs of the agent's own user to folders."""
    abi = node.machine.run(
        "python3 -c 'import ctypes; print(ctypes.CDLL(None).syscall(444, None, 0, 1))'")
    node.settings(manager_url=farm.url, worker_name="one", sandbox="paths", run_as_user="none")
    result = node.machine.result(f"systemctl restart {node.unit}")
    if int(abi) >= 3:
        node.wait_awake()
        return
    expect(result.returncode != 0, "the agent does not start")
    expect_equal(node.show("ExecMainStatus"), "78", f"the exit status with ABI {abi} of Landlock")
    expect(any("sandbox" in line for line in node.messages()[-5:]), f"the journal of {UNIT} names the setting")
