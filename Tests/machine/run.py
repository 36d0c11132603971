"""Runs the scenarios of this folder. run.sh calls it, with the image of the machine, the package and the programs."""

import argparse
import hashlib
import importlib.util
import pathlib
import random
import shutil
import signal
import sys
import time
import traceback

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE))

from bench.expect import Failure  # noqa: E402
from bench.farm import Farm  # noqa: E402
from bench.machine import Machine, accelerator  # noqa: E402
from bench.node import Node  # noqa: E402


class Bench:
    """What one scenario has: machines and managers that end with it, and a few words for its line."""

    def __init__(self, suite, name):
        self.suite, self.name = suite, name
        self.folder = suite.work / name
        self.things, self.notes = [], []
        self.cuts, self.seed, self.random, self.image = suite.cuts, suite.seed, random.Random(suite.seed), suite.image
        self.package, self.programs, self.given = suite.package, suite.programs, suite.given

    def fresh_machine(self):
        """A machine without the package, booted."""
        return self.add_machine(None)

    def machine(self):
        """A machine where the package is installed and the agent does not run."""
        return self.add_machine(self.suite.installed_machine())

    def add_machine(self, saved):
        folder = self.folder / f"machine-{len(self.things)}"
        machine = Machine(self.suite.image, folder, self.suite.accelerator, saved)
        self.things.append(machine.cut_power)
        machine.boot()
        return machine

    def farm(self, *options):
        farm = Farm(self.suite.programs, self.folder / f"farm-{len(self.things)}", *options)
        self.things.append(farm.stop)
        return farm

    def node_and_farm(self, **settings):
        """An agent that is awake, its manager and its machine."""
        farm, machine = self.farm(), self.machine()
        node = Node(machine)
        node.start_with(farm, **settings)
        return node, farm

    def note(self, words):
        """A figure for the line of the scenario."""
        self.notes.append(words)
        print(f"    {self.name}: {words}", file=sys.stderr, flush=True)

    def end(self):
        while self.things:
            self.things.pop()()
        if not self.suite.keep:
            shutil.rmtree(self.folder, ignore_errors=True)


class Suite:
    """All scenarios, and the disk with the package that they share."""

    def __init__(self, options):
        self.image, self.work = options.image, options.work
        self.programs = self.work / "package" / "usr" / "bin"
        self.keep, self.cuts, self.seed, self.given = options.keep, options.cuts, options.seed, options.given
        self.package = next(self.work.glob("*.deb"))
        self.accelerator = accelerator(self.image)

    def installed_machine(self):
        """A machine where this package was installed, saved as it runs; it is made once."""
        disk, stamp = self.image / "installed.qcow2", self.image / "installed.stamp"
        wanted = hashlib.sha256(self.package.read_bytes()).hexdigest()
        if not stamp.exists() or stamp.read_text() != wanted:
            stamp.unlink(missing_ok=True)
            machine = Machine(self.image, self.work / "installed", self.accelerator)
            try:
                machine.boot()
                machine.send("/root", self.package)
                machine.run("apt-get install ./flamenco-agent_*.deb </dev/null 2>&1", limit=900)
                machine.run("systemctl is-system-running --wait; journalctl --sync; sync", check=False)
                machine.log_out()
                machine.save(disk)
                stamp.write_text(wanted)
            finally:
                machine.remove()
        return disk

    def run(self, file):
        """Runs the scenario of a file; whether it passed."""
        name, began = file.stem, time.monotonic()
        specification = importlib.util.spec_from_file_location(name.replace("-", "_"), file)
        module = importlib.util.module_from_spec(specification)
        specification.loader.exec_module(module)
        bench, problem = Bench(self, name), ""
        try:
            module.run(bench)
        except Failure as failure:
            problem = f"{failure}\n{place_of(failure, file)}"
        except Exception:
            problem = traceback.format_exc()
        finally:
            bench.end()
        notes = "".join(f", {words}" for words in bench.notes)
        print(f"{'✗' if problem else '✓'} {name}: {time.monotonic() - began:.0f} s{notes}", flush=True)
        if problem:
            print("\n".join("  " + line for line in problem.splitlines()), flush=True)
        return not problem


def place_of(failure, file):
    """Where in the scenario it failed."""
    lines = [frame.lineno for frame in traceback.extract_tb(failure.__traceback__) if frame.filename == str(file)]
    return f"({file.name}, line {lines[-1]})" if lines else ""


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--image", type=pathlib.Path, required=True)
    parser.add_argument("--work", type=pathlib.Path, required=True)
    parser.add_argument("--scenario", action="append", default=[])
    parser.add_argument("--cuts", type=int, default=30)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--given", action="store_true", help="the package was made before")
    parser.add_argument("--keep", action="store_true")
    options = parser.parse_args()

    endings = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)

    def stop(number, _):
        # What ends the scenario ends it once.
        for ending in endings:
            signal.signal(ending, signal.SIG_IGN)
        raise SystemExit(128 + number)

    for ending in endings:
        signal.signal(ending, stop)
    files = sorted((HERE / "scenarios").glob("*.py"))
    chosen = [file for file in files if not options.scenario or any(name in file.stem for name in options.scenario)]
    if not chosen:
        sys.exit(f"run.sh: there is no such scenario; there are {', '.join(file.stem for file in files)}")
    suite = Suite(options)
    print(f"== {len(chosen)} scenarios with {suite.accelerator}", flush=True)
    passed = [suite.run(file) for file in chosen]
    if not all(passed):
        sys.exit(f"{passed.count(False)} of {len(passed)} scenarios failed")


main()
