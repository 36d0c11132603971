"""Power cuts while short tasks run: the agent comes up by itself, and no outcome is lost or contradicted."""

import re
import subprocess
import time

from bench.expect import expect, expect_equal, expect_in, wait

# Tasks of a job, each shorter than a second.
TASKS = 30
# How long after the first task of a boot the power may go, in seconds.
LONGEST = 15
# The journal has the beginning of a task's UUID.
SHORT = 8
STARTS = re.compile(r"\(([0-9a-f]{8})\): started")
ENDS = re.compile(r"\(([0-9a-f]{8})\): (?:completed in|failed: )")


class Follower:
    """Reads the journal of the machine from outside, as it grows: what the agent said before the power went."""

    def __init__(self, machine, path):
        command = [*machine.ssh(), "journalctl --unit flamenco-agent --boot --follow --lines all --output cat"]
        self.path = path
        with open(path, "w") as file:
            self.process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=file, stderr=subprocess.DEVNULL)

    def end(self):
        self.process.kill()
        self.process.wait()
        return self.path.read_text(errors="replace")


def run(bench):
    node, farm = bench.node_and_farm(min_free_space="1MiB")
    machine = node.machine
    bench.note(f"{bench.cuts} cuts, seed {bench.seed}")
    jobs, said, boots = [], "", []
    for cut in range(bench.cuts):
        follower = Follower(machine, bench.folder / f"journal-{cut}")
        try:
            keep_busy(farm, jobs)
            wait("a task of this boot runs", lambda: STARTS.search(follower.path.read_text(errors="replace")))
            time.sleep(bench.random.uniform(0, LONGEST))
            machine.cut_power()
        finally:
            said += follower.end()
        boots.append(machine.boot())
        node.wait_awake(600)
        readable(node, cut)
        not_contradicted(farm)
    for job in jobs:
        farm.wait_job(job["id"], limit=900)
    delivered(farm, jobs, said)
    wait("nothing waits for the manager", lambda: node.status()["queue"]["tasks"] == 0)
    bench.note(f"{len(jobs) * TASKS} tasks, {len(set(ENDS.findall(said)))} seen to end before a cut, boots of "
               f"{min(boots):.0f} to {max(boots):.0f} s")


def keep_busy(farm, jobs):
    """There are always enough tasks for the longest time."""
    open_tasks = sum(farm.job(job["id"])["status"] != "completed" for job in jobs)
    if open_tasks < 2:
        name = f"cuts-{len(jobs) + 1}"
        script = "for i in 1 2 3 4 5; do echo frame {frame} line $i; sleep 0.1; done"
        jobs.append({"id": farm.submit(script, frames=f"1-{TASKS}", name=name), "name": name})


def readable(node, cut):
    """No spool is damaged beyond reading, and no error is in the journal of this boot."""
    text = node.machine.run("journalctl --boot --unit flamenco-agent --output cat --priority err --no-pager")
    expect_equal(text, "", f"the errors in the journal after cut {cut + 1}")
    result = node.machine.result("flamenco-agent logs")
    expect_equal(result.returncode, 0, f"the exit status of flamenco-agent logs after cut {cut + 1}")
    complaints = [line for line in result.stderr.splitlines() if line != f"the logs in {node.state}/spool:"]
    expect_equal(complaints, [], f"what flamenco-agent logs complains of after cut {cut + 1}")


def not_contradicted(farm):
    """A task that the manager knows as completed stays so."""
    completed = set()
    for line in farm.events():
        match = re.search(r" task (\S+ of job \S+) is (\S+): (.*)", line)
        if match:
            expect(match[1] not in completed, "nothing is said of a completed task any more", line)
            if match[2] == "completed":
                completed.add(match[1])
            expect(match[2] not in ("failed", "soft-failed"), "no task failed", line)


def delivered(farm, jobs, said):
    """What the agent wrote down before the power went is known to the manager, with the whole log."""
    tasks = {task["id"][:SHORT]: task for job in jobs for task in farm.tasks(job["id"])}
    for task in set(ENDS.findall(said)):
        expect_equal(tasks[task]["status"], "completed", f"the status of task {task}, which ended before a cut")
    ended = set()
    for line in said.splitlines():
        if match := ENDS.search(line):
            ended.add(match[1])
        elif match := STARTS.search(line):
            expect(match[1] not in ended, "no task is run again after its outcome was written down", line)
    for task in tasks.values():
        frame = task["name"].rpartition("-")[2]
        lines = [line for line in farm.log_of(task).splitlines() if line.startswith("frame ")]
        whole = [f"frame {frame} line {i}" for i in range(1, 6)]
        expect_equal(lines[-5:], whole, f"the last lines of {task['name']}")
        expect_in("exit status 0", farm.log_of(task), f"the log of {task['name']}")
