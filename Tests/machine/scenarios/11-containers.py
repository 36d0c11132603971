"""The container: both stages of systemd/Containerfile, a job, SIGTERM, read-only, another user, a pod."""

import pathlib
import re
import shutil
import subprocess

from bench.expect import Failure, expect, expect_equal, indented, wait

CONTAINERFILE = pathlib.Path("systemd/Containerfile")
DEBIAN, SWIFT = "docker.io/library/debian:bookworm-slim", "docker.io/library/swift:6.3-bookworm"
# What Swift needs of Debian.
SWIFT_NEEDS = "git g++ libc6-dev libncurses6 libedit2 libsqlite3-0 libxml2 libpython3.11 zlib1g-dev tzdata"
# A picture of one pixel, by a program that is in the image.
RENDER = "with open('/render/picture.ppm', 'wb') as file:\n    file.write(b'P6 64 64 255 ' + bytes(64 * 64 * 3))"


def run(bench):
    # A package that was made before is the one to try.
    package = bench.package if bench.given else first_stage(bench)
    farm, machine = bench.farm(), bench.machine()
    last_stage(bench, machine, package)
    renders(farm, machine)
    gives_back(farm, machine)
    read_only(farm, machine)
    other_user(farm, machine)
    pod(bench, machine)
    expect_equal(machine.run("podman ps --quiet"), "", "the containers that run at the end")


def podman(*words, limit=3600):
    command = ["nice", "-n", "19", "podman", *words]
    result = subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=limit, check=False)
    if result.returncode != 0:
        raise Failure(f"podman {words[0]} ended with {result.returncode}:\n{indented(result.stdout + result.stderr)}")
    return result.stdout.strip()


def first_stage(bench):
    """Builds the package by the first stage of the file, on a Debian with the toolchain of the host; its file."""
    toolchain = pathlib.Path(shutil.which("swift")).resolve().parents[2]
    question = ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"]
    mirror = subprocess.run(question, capture_output=True, text=True, check=True).stdout.split()[0]
    folder = bench.folder / "toolchain"
    folder.mkdir(parents=True)
    (folder / "Containerfile").write_text(
        f"FROM {DEBIAN}\nRUN echo deb {mirror} bookworm main >/etc/apt/sources.list && apt-get update"
        f" && apt-get install --yes --no-install-recommends {SWIFT_NEEDS}\nENV PATH={toolchain}/usr/bin:$PATH\n")
    build = ["build", "--isolation", "chroot", "--network", "host", "--pull=never"]
    try:
        podman("import", "--quiet", bench.image / "container.tar", DEBIAN)
        podman(*build, "--tag", SWIFT, "--file", folder / "Containerfile", folder)
        build += ["--volume", f"{toolchain}:{toolchain}:ro"]
        podman(*build, "--target", "build", "--tag", "flamenco-machine", "--file", CONTAINERFILE, ".")
        mounted = pathlib.Path(podman("image", "mount", "flamenco-machine"))
        package = shutil.copy(next((mounted / "package").glob("*.deb")), bench.folder)
        podman("image", "unmount", "flamenco-machine")
    finally:
        subprocess.run(["podman", "rmi", "--force", "flamenco-machine", SWIFT, DEBIAN], capture_output=True, check=False)
    return package


def last_stage(bench, machine, package):
    """Builds the image by the last stage of the file, in the machine, on a Debian that was made here."""
    before, last = re.split(r"(?=^FROM \$\{DEBIAN\}$)", CONTAINERFILE.read_text(encoding="utf-8"), flags=re.M)
    arguments = "\n".join(line for line in before.splitlines() if line.startswith("ARG "))
    machine.run("mkdir -p /root/image/package")
    machine.send("/root/image/package", package)
    machine.send("/root", bench.image / "container.tar")
    machine.write("/root/image/Containerfile", f"{arguments}\nFROM scratch AS build\nCOPY package /package\n{last}")
    machine.run(f"podman import --quiet /root/container.tar {DEBIAN} && rm /root/container.tar", limit=1800)
    machine.run(
        "cd /root/image && podman build --pull=never --network host --tag flamenco-agent"
        " --build-arg PROGRAMS=python3 --file Containerfile . 2>&1", limit=3600)
    size = int(machine.run("podman image inspect --format '{{.Size}}' flamenco-agent"))
    bench.note(f"the image has {size >> 20} MiB")


def start(farm, machine, name, options="", command=""):
    """Starts a container of this name and waits until its worker is awake."""
    machine.run("mkdir -p /render && chmod 1777 /render")
    machine.run(
        f"podman run --detach --rm --name {name} --network host --env FLAMENCO_AGENT_MANAGER_URL={farm.url}"
        f" --env FLAMENCO_AGENT_WORKER_NAME={name} --volume /render:/render {options} flamenco-agent {command}")
    wait(f"{name} is awake", lambda: (name, "awake") in states(farm))


def states(farm):
    return [(worker["name"], worker["status"]) for worker in farm.workers()]


def stop(machine, name):
    machine.run(f"podman stop --time 60 {name}")


def renders(farm, machine):
    start(farm, machine, "first")
    job = farm.submit(["python3", "-c", RENDER])
    farm.wait_job(job)
    expect_equal(machine.run("stat --format '%u %s' /render/picture.ppm"), "871 12301", "owner and size of the picture")
    expect("awake" in machine.run("podman exec first flamenco-agent status"), "status works in the container")
    stop(machine, "first")
    wait("the worker signed off", lambda: ("first", "offline") in states(farm))


def gives_back(farm, machine):
    """SIGTERM ends the tree, and the task goes to whoever comes next."""
    start(farm, machine, "second")
    job = farm.submit("echo begun; setsid sleep 70011 & sleep 70011")
    farm.wait_line(job, "begun")
    stop(machine, "second")
    expect_equal(farm.task(job)["status"], "queued", "the task after SIGTERM")
    expect_equal(machine.run("pgrep -f 'sleep 7001[1]' || true"), "", "what is left of the task")
    wait("the worker signed off", lambda: ("second", "offline") in states(farm))
    farm.cancel(job)


def read_only(farm, machine):
    start(farm, machine, "third", "--read-only --tmpfs /tmp")
    farm.wait_job(farm.submit(["python3", "-c", RENDER]))
    stop(machine, "third")
    # One that keeps its state, in a volume.
    worker = set()
    for _ in range(2):
        start(farm, machine, "keeper", "--read-only --tmpfs /tmp --volume state:/var/lib/flamenco-agent:U", "run")
        farm.wait_job(farm.submit("echo works"))
        worker |= {it["id"] for it in farm.workers() if it["name"] == "keeper"}
        stop(machine, "keeper")
    expect_equal(len(worker), 1, "the number of workers of an agent that keeps its state")


def other_user(farm, machine):
    machine.run("rm -f /render/picture.ppm")
    start(farm, machine, "fourth", "--user 4711:4711")
    farm.wait_job(farm.submit(["python3", "-c", RENDER]))
    expect_equal(machine.run("stat --format '%u' /render/picture.ppm"), "4711", "the owner of the picture")
    stop(machine, "fourth")


def pod(bench, machine):
    """Two agents in a pod, which share network and names, are two workers."""
    farm = bench.farm()
    machine.run("podman pod create --name farm --network host")
    for name in ("left", "right"):
        machine.run(
            f"podman run --detach --rm --pod farm --name {name} --env FLAMENCO_AGENT_MANAGER_URL={farm.url}"
            f" --env FLAMENCO_AGENT_WORKER_NAME={name} flamenco-agent")
    wait("both are awake", lambda: sorted(states(farm)) == [("left", "awake"), ("right", "awake")])
    jobs = [farm.submit("echo begun; sleep 3") for _ in range(4)]
    for job in jobs:
        farm.wait_job(job)
    names = {farm.task(job)["worker"]["name"] for job in jobs}
    expect_equal(names, {"left", "right"}, "the workers that ran four tasks")
    machine.run("podman pod stop --time 60 farm && podman pod rm farm")
    wait("both signed off", lambda: sorted(states(farm)) == [("left", "offline"), ("right", "offline")])
