"""Install as the README says; what people are told without settings, without a manager, and with one."""

import json
import re

from bench.expect import expect, expect_equal, expect_in, wait
from bench.node import UNIT, Node

ROOT_README = "README.md"


def readme_line(part):
    """A line of the block for each node on the first page."""
    with open(ROOT_README, encoding="utf-8") as page:
        text = page.read()
    block = re.search(r"^sudo apt-get install \./flamenco.*?(?=^```$)", text, re.M | re.S).group()
    return next(line for line in block.splitlines() if part in line)


def findings(machine, options=""):
    """The checks of the doctor by their names."""
    answer = json.loads(machine.run(f"flamenco-agent doctor --json {options}", check=False))
    return {check["name"]: check for check in answer["checks"]}


def run(bench):
    machine = bench.fresh_machine()
    node = Node(machine)
    machine.send("/root", bench.package)
    machine.run(f"cd /root && {readme_line('apt-get install')} </dev/null 2>&1 | tee /tmp/apt.log", limit=900)
    without_settings(node)
    farm = bench.farm()
    farm.stop()
    with_a_manager_that_is_down(node, farm)
    farm.start()
    with_a_manager_that_is_up(node, farm)
    setup_on_a_terminal(node, farm)
    exposure(bench, machine)


def without_settings(node):
    machine = node.machine
    printed = machine.run("cat /tmp/apt.log")
    expect_in("flamenco-agent was not started; configure it with: flamenco-agent setup", printed, "what apt printed")
    expect_equal(node.show("UnitFileState"), "enabled", "the state of the unit's file")
    result = machine.result(f"systemctl status {UNIT}")
    expect_equal(result.returncode, 3, "the exit status of systemctl status")
    expect_in("inactive (dead)", result.stdout, "systemctl status")
    result = machine.result("flamenco-agent status")
    expect_equal(result.returncode, 3, "the exit status of flamenco-agent status")
    expect_in("no agent is running", result.stdout + result.stderr, "flamenco-agent status")
    result = machine.result("flamenco-agent doctor")
    expect_equal(result.returncode, 1, "the exit status of the doctor")
    expect_in("manager_url", result.stdout, "the doctor")
    # Wrong settings do not become right by trying again.
    machine.run(f"systemctl start {UNIT}", check=False)
    expect_equal(node.show("ActiveState"), "failed", "the state of a unit without settings")
    expect_equal(node.show("ExecMainStatus"), "78", "the exit status of an agent without settings")
    expect_equal(node.show("NRestarts"), "0", "the number of restarts")
    expect_in("the manager is not set", "\n".join(node.messages()), "the journal")


def with_a_manager_that_is_down(node, farm):
    machine = node.machine
    line = readme_line("flamenco-agent setup").replace("http://manager.local:8080", farm.url)
    result = machine.result(line)
    expect_equal(result.returncode, 1, "the exit status of a setup whose doctor finds no manager")
    expect_in("✗ manager", result.stdout, "the doctor")
    machine.run(readme_line("systemctl restart"))
    status = node.wait_status("there is an outage", lambda it: it["manager"].get("outage"))
    expect_equal(status["state"], "starting", "the state of an agent whose manager is down")
    expect(not status["is_signed_on"], "the agent is not signed on")
    result = machine.result(f"systemctl status {UNIT}")
    expect_equal(result.returncode, 0, "the exit status of systemctl status")
    expect_in("active (running)", result.stdout, "systemctl status")
    expect_in("signing on", node.show("StatusText"), "the status text of the unit")
    result = machine.result("flamenco-agent status")
    expect_equal(result.returncode, 0, "the exit status of flamenco-agent status")
    expect_in(farm.url, result.stdout, "flamenco-agent status")
    checks = findings(machine)
    expect_equal(checks["manager"]["status"], "failed", "what the doctor finds of a manager that is down")


def with_a_manager_that_is_up(node, farm):
    machine = node.machine
    node.wait_awake()
    expect_equal([worker["status"] for worker in farm.workers()], ["awake"], "the states of the workers at the manager")
    wait("the status text says awake", lambda: "awake" in node.show("StatusText"))
    expect_in("awake", machine.run("sudo flamenco-agent status"), "flamenco-agent status")
    checks = findings(machine)
    wrong = {name for name, check in checks.items() if check["status"] == "failed"}
    # The machine has no Blender.
    expect_equal(wrong, {"blender"}, "what the doctor finds wrong")
    checks = findings(machine, "--task-types ffmpeg,file-management,misc")
    wrong = {name for name, check in checks.items() if check["status"] in ("failed", "warning")}
    expect(wrong <= {"clock", "manager"}, "the doctor finds no more than the clock and http strange", checks)
    job = farm.submit("echo by a program of $(id -un)")
    farm.wait_job(job)
    farm.wait_line(job, "by a program of flamenco-render")
    expect_in("by a program of flamenco-render", machine.run("flamenco-agent logs command"), "the log on the machine")


def setup_on_a_terminal(node, farm):
    machine = node.machine
    shown = machine.terminal("flamenco-agent setup", "\nrender-07\n")
    expect_in(f"URL of the Flamenco Manager [{farm.url}]", shown, "setup on a terminal")
    expect_in("Name of this worker [machine]", shown, "setup on a terminal")
    expect_in("render-07", machine.run(f"cat {node.settings_file}"), "the settings that setup wrote")
    expect_in("systemctl restart flamenco-agent", shown, "what setup says to do next")
    node.restart()
    status = node.wait_awake()
    expect_equal(status["worker"]["name"], "render-07", "the name of the worker")


def exposure(bench, machine):
    """What systemd thinks of the units, with and without the right to change users."""

    def overall(unit):
        text = machine.run(f"systemd-analyze security --no-pager {unit} | tail -n 1")
        return re.search(r"([0-9.]+) ", text.partition(":")[2]).group(1)

    with_user = overall(UNIT)
    machine.run("flamenco-agent setup --render-user none && systemctl daemon-reload")
    without, manager = overall(UNIT), overall("manager-lite")
    machine.run("flamenco-agent setup --render-user flamenco-render && systemctl daemon-reload")
    bench.note(f"exposure {without}, with a render user {with_user}, manager-lite {manager}")
    page = open("systemd/README.md", encoding="utf-8").read()
    for figure in (with_user, without, manager):
        expect(re.search(rf"\b{re.escape(figure)}\b", page), f"systemd/README.md names the exposure {figure}")
