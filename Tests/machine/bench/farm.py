"""A manager on the host, which the machine reaches as 10.0.2.2, and what people ask it."""

import json
import re
import signal
import subprocess
import time
import urllib.error
import urllib.request

from .expect import Failure, indented, wait

ENDED = ("completed", "failed", "canceled")
# The names that the machine has for it; and a worker on a slow machine may be silent for long.
OPTIONS = ("--allowed-host", "10.0.2.2", "--allowed-host", "manager.local", "--worker-timeout", "10m", "--task-timeout", "60m")


class Farm:
    """A manager-lite with a state file, so that it can be down for a while."""

    def __init__(self, programs, folder, *options):
        self.programs, self.folder, self.options = programs, folder, options
        self.folder.mkdir(parents=True, exist_ok=True)
        self.process, self.port = None, 0
        self.start()

    @property
    def url(self):
        """Where the machine finds it."""
        return f"http://10.0.2.2:{self.port}"

    @property
    def log(self):
        return (self.folder / "manager.log").read_text(errors="replace")

    def start(self):
        command = ["setpriv", "--pdeathsig", "KILL", self.programs / "manager-lite", "serve"]
        command += ["--listen", f"127.0.0.1:{self.port}", "--storage", self.folder]
        command += ["--state", self.folder / "farm.json", *OPTIONS, *self.options]
        before = len(self.log) if (self.folder / "manager.log").exists() else 0
        with open(self.folder / "manager.log", "a") as log:
            self.process = subprocess.Popen(
                command, stdin=subprocess.DEVNULL, stdout=log, stderr=log, start_new_session=True)

        def address():
            if self.process.poll() is not None:
                raise Failure(f"the manager ended:\n{indented(self.log)}")
            return re.search(r"http://127\.0\.0\.1:(\d+)", self.log[before:])

        self.port = int(wait("the manager says where it is", address, every=0.1).group(1))

    def stop(self):
        if self.process is not None:
            self.process.send_signal(signal.SIGTERM)
            try:
                self.process.wait(timeout=60)
            except subprocess.TimeoutExpired:
                self.process.kill()
                self.process.wait()
            self.process = None

    # MARK: Questions

    def ask(self, method, path, body=None):
        request = urllib.request.Request(f"http://127.0.0.1:{self.port}/api/v3{path}", method=method)
        data = None
        if body is not None:
            request.add_header("Content-Type", "application/json")
            data = json.dumps(body).encode()
        try:
            with urllib.request.urlopen(request, data, timeout=60) as reply:
                text = reply.read()
        except urllib.error.HTTPError as error:
            raise Failure(f"the manager answers {method} {path} with {error.code}: {error.read()!r}") from None
        try:
            return json.loads(text) if text else None
        except ValueError:
            return text.decode(errors="replace")

    def submit(self, *commands, frames=None, name="job"):
        """Submits command lines, texts for the shell or lists of words; the identity of the job."""
        lines = [["sh", "-c", command] if isinstance(command, str) else command for command in commands]
        settings = {"commands": json.dumps(lines)} | ({"frames": frames} if frames else {})
        job = {"name": name, "type": "command-line", "priority": 50, "settings": settings}
        return self.ask("POST", "/jobs", job | {"submitter_platform": "linux"})["id"]

    def job(self, job):
        return self.ask("GET", f"/jobs/{job}")

    def tasks(self, job):
        """The tasks of a job, with all that is known of each."""
        return [self.ask("GET", f"/tasks/{task['id']}") for task in self.ask("GET", f"/jobs/{job}/tasks")["tasks"]]

    def task(self, job):
        """The only task of a job."""
        return self.tasks(job)[0]

    def log_of(self, task):
        return self.ask("GET", f"/tasks/{task['id']}/log/text") or ""

    def lines(self, job):
        """What the programs of the only task of a job printed, without the lines of the agent."""
        return [line for line in self.log_of(self.task(job)).splitlines() if not line.startswith(("> ", "< "))]

    def cancel(self, job):
        self.ask("POST", f"/jobs/{job}/setstatus", {"status": "cancel-requested", "reason": "the test wants it"})

    def workers(self):
        listed = self.ask("GET", "/worker-mgt/workers")["workers"]
        return [self.ask("GET", f"/worker-mgt/workers/{worker['id']}") for worker in listed]

    def events(self):
        """What the manager printed, a line for each event."""
        return self.log.splitlines()

    # MARK: Waiting

    def wait_task(self, job, *statuses, limit=300):
        """Waits until the only task of a job is in one of these states; the task."""
        seen = {}

        def look():
            seen.update(self.task(job))
            return dict(seen) if seen["status"] in statuses else None

        try:
            return wait(f"the task is {' or '.join(statuses)}", look, limit)
        except Failure as failure:
            words = {key: seen.get(key) for key in ("status", "activity")}
            raise Failure(f"{failure}; the task is {words}, its log:\n{indented(self.log_of(seen))}") from None

    def wait_job(self, job, status="completed", limit=600):
        """Waits until a job has ended, in this state."""
        found = wait(
            "the job ends", lambda: (answer := self.job(job))["status"] in ENDED and answer, limit)
        if found["status"] != status:
            logs = "\n".join(f"{task['status']} {task['activity']}\n{self.log_of(task)}" for task in self.tasks(job))
            raise Failure(f"the job should be {status}, but is {found['status']}:\n{indented(logs)}")
        return found

    def wait_line(self, job, line, times=1, limit=300):
        """Waits until the only task of a job has printed this line, in as many runs."""
        wait(f"the task prints \"{line}\", {times} times", lambda: self.lines(job).count(line) == times, limit)

    def outage(self, seconds):
        """Is down for so long."""
        self.stop()
        time.sleep(seconds)
        self.start()
