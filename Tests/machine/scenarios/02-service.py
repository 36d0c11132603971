"""Ready by notify; reload is refused; restarts stop a task or wait for it, as set; pause, hours, people; hooks."""

import time

from bench.expect import expect, expect_equal, expect_in, wait


def run(bench):
    node, farm = bench.node_and_farm()
    readiness(bench, node)
    reload(node, farm)
    restart_that_stops(node, farm)
    restart_that_waits(node, farm)
    pause(node, farm)
    work_hours(node, farm)
    only_when_idle(node, farm)
    hooks_in_the_sandbox(node, farm)


def readiness(bench, node):
    expect_equal(node.show("Type"), "notify", "the type of the service")
    machine = node.machine
    seconds = machine.run(
        f"start=$(date +%s.%N); systemctl restart {node.unit}; systemctl is-active --quiet {node.unit} || exit 1;"
        " echo $(date +%s.%N) $start | awk '{ printf \"%.1f\", $1 - $2 }'")
    bench.note(f"restarted and ready after {seconds} s")
    expect_equal(node.show("SubState"), "running", "the state once a restart is over")
    node.wait_awake()


def reload(node, farm):
    pid = node.pid
    result = node.machine.result(f"systemctl reload {node.unit}")
    expect(result.returncode != 0, "a reload is refused")
    expect_in("not applicable", result.stderr, "what a reload prints")
    expect_equal(node.pid, pid, "the process after a reload")
    expect(node.status().get("state") == "awake", "the agent goes on after a reload")


def restart_that_stops(node, farm):
    job = farm.submit("echo begun; sleep 70001 & sleep 70001")
    farm.wait_line(job, "begun")
    since = node.cursor()
    node.restart()
    # The task was given back, and comes again.
    node.wait_message("): stopped: ", since)
    node.wait_awake()
    farm.wait_line(job, "begun", times=2)
    expect_equal(len(node.running("^sleep 70001")), 2, "the number of processes of the second run")
    farm.cancel(job)
    node.expect_nothing_left("sleep 70001")


def restart_that_waits(node, farm):
    node.start_with(farm, on_term="drain")
    job = farm.submit("echo begun; while [ -e /render/hold ] || ! [ -e /render/go ]; do sleep 0.2; done; echo finished")
    farm.wait_line(job, "begun")
    pid = node.pid
    node.machine.run(f"systemctl restart --no-block {node.unit}")
    node.wait_status("the agent stops after its task", lambda it: it["state"] == "stopping" and it.get("task"))
    node.machine.run("touch /render/go")
    farm.wait_job(job)
    expect_equal(farm.lines(job).count("begun"), 1, "how often the task began")
    expect_equal(farm.lines(job).count("finished"), 1, "how often the task finished")
    wait("another process is the agent", lambda: node.pid not in (0, pid))
    node.wait_awake()


def pause(node, farm):
    node.start_with(farm)
    job = farm.submit("echo begun; sleep 70002")
    farm.wait_line(job, "begun")
    node.machine.run("flamenco-agent pause --reason 'my own render'")
    node.expect_nothing_left("sleep 70002")
    status = node.wait_status("the agent sleeps", lambda it: it["state"] == "asleep")
    expect_equal([reason["cause"] for reason in status["sleep_reasons"]], ["pause"], "what has the worker sleep")
    wait("the manager has the worker asleep", lambda: [it["status"] for it in farm.workers()] == ["asleep"])
    expect_equal(farm.task(job)["status"], "queued", "the task that was stopped for a pause")
    # A pause outlasts a restart of the service.
    node.restart()
    node.wait_status("the agent sleeps after a restart", lambda it: it["state"] == "asleep" and it["is_signed_on"])
    node.machine.run("flamenco-agent resume")
    node.wait_awake()
    farm.wait_line(job, "begun", times=2)
    farm.cancel(job)
    node.expect_nothing_left("sleep 70002")


def work_hours(node, farm):
    now = node.machine.run("date +'%a %H %M'").lower().split()
    others = [day for day in ("mo", "tu", "we", "th", "fr", "sa", "su") if day != now[0][:2]]
    node.settings(manager_url=farm.url, work_hours=" ".join(others[2:4]))
    node.restart()
    status = node.wait_status("the agent sleeps outside of its hours", lambda it: it["state"] == "asleep")
    expect_equal([reason["cause"] for reason in status["sleep_reasons"]], ["work_hours"], "what has the worker sleep")
    # The clock of the machine comes to the hours.
    node.machine.run(f"date --set \"next {full_name(others[2])} 12:00\"")
    node.wait_status("the agent is awake in its hours", lambda it: it["state"] == "awake")
    node.machine.run(f"date --set @{time.time():.0f}")


def full_name(day):
    names = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
    return next(name for name in names if name.startswith(day))


def only_when_idle(node, farm):
    """logind counts a login over SSH as somebody who uses the machine."""
    node.settings(manager_url=farm.url, only_when_idle="1m")
    node.restart()
    status = node.wait_status("the agent sleeps while somebody is logged in", lambda it: it["state"] == "asleep")
    expect_equal([reason["cause"] for reason in status["sleep_reasons"]], ["in_use"], "what has the worker sleep")
    node.machine.log_out()
    # Looking from outside is no use of the machine.
    wait("the worker is awake once nobody is logged in", lambda: [it["status"] for it in farm.workers()] == ["awake"], 600)
    node.machine.run("true")
    wait("the worker sleeps when somebody logs in", lambda: [it["status"] for it in farm.workers()] == ["asleep"], 600)


def hooks_in_the_sandbox(node, farm):
    """Hooks are the agent's, and the programs between them are in the sandbox."""
    hook = "/etc/flamenco-agent/hook"
    node.machine.write(hook, "#!/bin/sh\necho \"$FLAMENCO_HOOK by $(id -un) $FLAMENCO_TASK_OUTCOME\"")
    node.machine.run(f"chmod 755 {hook}")
    node.start_with(
        farm, sandbox="paths", allowed_paths=["/render"],
        hooks={"before_task": hook, "after_task": hook, "on_start": hook, "on_stop": hook})
    job = farm.submit(f"id -un >/render/made; cat {node.settings_file}; touch /var/tmp/x; cat /render/made")
    farm.wait_job(job)
    text = farm.log_of(farm.task(job))
    for words in (
        "before_task by flamenco-agent", "after_task by flamenco-agent completed", "flamenco-render",
        f"{node.settings_file}: Permission denied", "cannot touch '/var/tmp/x': Permission denied",
    ):
        expect_in(words, text, "the log of a task between hooks")
    node.machine.run(f"systemctl stop {node.unit}")
    for words in ("on_start by flamenco-agent", "on_stop by flamenco-agent"):
        expect_in(words, "\n".join(node.messages()), "the journal")
