"""The agent that is installed on a machine, as those see it who administer it."""

import json

from .expect import Failure, expect, indented, wait

UNIT = "flamenco-agent"
# A second is often enough for a test to see soon that something goes on.
QUICK = {"task_poll_interval": "1s", "running_poll_interval": "1s", "asleep_poll_interval": "1s"}


class Node:
    """One agent: the unit, its settings, state, journal, cgroups and processes."""

    def __init__(self, machine, instance=""):
        self.machine, self.instance = machine, instance
        self.unit = f"{UNIT}@{instance}" if instance else UNIT
        self.state = f"/var/lib/{UNIT}/{instance}" if instance else f"/var/lib/{UNIT}"
        self.settings_file = f"/etc/{UNIT}/{instance or 'settings'}.json5"

    # MARK: The service

    def settings(self, **values):
        """Writes the settings. Those that a fresh installation has are there too."""
        values = {"run_as_user": "flamenco-render", **QUICK, **values}
        values = {name: value for name, value in values.items() if value is not None}
        self.machine.write(self.settings_file, json.dumps(values, indent=4))

    def restart(self):
        self.machine.run(f"systemctl restart {self.unit}")

    def start_with(self, farm, **values):
        """Writes settings for this manager, starts the agent anew, and waits until it is awake."""
        self.settings(**{"manager_url": farm.url, **values})
        self.restart()
        return self.wait_awake()

    def show(self, name):
        """A property of the unit."""
        return self.machine.run(f"systemctl show --property={name} --value {self.unit}")

    @property
    def pid(self):
        return int(self.show("MainPID"))

    # MARK: What it says

    def status(self):
        """What `status --json` prints, empty when no agent answers."""
        result = self.machine.result(f"flamenco-agent status --json --state-dir {self.state}")
        return json.loads(result.stdout) if result.returncode == 0 else {}

    def wait_status(self, what, look, limit=300):
        seen = {}

        def answer():
            seen.clear()
            seen.update(self.status())
            return seen if seen and look(seen) else None

        try:
            return wait(what, answer, limit)
        except Failure as failure:
            journal = "\n".join(self.messages())
            words = f"the status:\n{indented(json.dumps(seen, indent=1))}\nthe journal:\n{indented(journal)}"
            raise Failure(f"{failure}; {words}") from None

    def wait_awake(self, limit=300):
        return self.wait_status(
            "the agent is awake", lambda it: it["state"] == "awake" and it["is_signed_on"], limit)

    def journal(self, since=None, of=None):
        """Entries of the journal: of the unit, from a cursor on."""
        after = f"--after-cursor='{since}'" if since else ""
        text = self.machine.run(f"journalctl --unit {of or self.unit} --output json --no-pager {after}")
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]

    def cursor(self):
        """Where the journal is now."""
        return self.machine.run("journalctl --lines 0 --show-cursor | sed -n 's/^-- cursor: //p'")

    def messages(self, since=None):
        """What the agent itself wrote to the journal."""
        entries = self.journal(since)
        return [text_of(entry) for entry in entries if entry.get("SYSLOG_IDENTIFIER") == UNIT]

    def wait_message(self, part, since=None, limit=300):
        wait(f"the journal has \"{part}\"", lambda: any(part in line for line in self.messages(since)), limit)

    # MARK: Processes

    def running(self, marker):
        """The processes whose command line has this text, but for those of this question."""
        command = f"pgrep --full --list-full -- '{marker}' | grep -v 'bash -s' || true"
        return self.machine.run(command).splitlines()

    def wait_gone(self, marker, limit=120):
        """Waits until no process has this text in its command line."""
        wait(f"no process has \"{marker}\" in its command line", lambda: not self.running(marker), limit)

    @property
    def cgroup(self):
        """Where the unit's cgroup is; empty while the service does not run."""
        group = self.show("ControlGroup")
        return group and "/sys/fs/cgroup" + group

    def program_groups(self):
        """The cgroups below the unit's, but for that of the agent itself."""
        group = self.cgroup
        if not group:
            return []
        text = self.machine.run(f"find '{group}' -mindepth 1 -type d ! -name agent 2>/dev/null || true")
        return text.splitlines()

    def expect_nothing_left(self, marker, limit=120):
        """No process of a task is left, and no cgroup of one."""
        self.wait_gone(marker, limit)
        wait("no cgroup of a program is left", lambda: not self.program_groups(), limit)


def text_of(entry):
    """The message of an entry of the journal, which is bytes when it is not a text."""
    message = entry.get("MESSAGE") or ""
    return message if isinstance(message, str) else bytes(message).decode(errors="replace")


def expect_quiet(lines, most, what):
    """There are at most so many lines: a sentence or two, not a flood."""
    sentence = f"{what}: at most {most} lines should be in the journal, but {len(lines)} are"
    expect(len(lines) <= most, sentence, "\n".join(lines))
