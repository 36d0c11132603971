"""Each program in a cgroup of its own, which is gone afterwards; a share of the machine; out of memory in three ways."""

from bench.expect import expect, expect_equal, expect_in, wait

# Takes memory until somebody ends it, and writes to it so that it is there.
EATER = "x = []\nwhile len(x) < 1200:\n    x.append(bytearray(b'x') * 2 ** 20)\nprint('has all')"
OVER_LIMIT = "killed by the kernel: out of memory, over its memory_limit of"
ABOVE = "killed by the kernel: out of memory on the machine, or in a parent cgroup"


def run(bench):
    node, farm = bench.node_and_farm()
    own_groups(node, farm)
    shares(node, farm)
    out_of_memory(node, farm, "64MiB", OVER_LIMIT)
    limited_unit(node, farm)
    with_swap(node, farm)


def own_groups(node, farm):
    job = farm.submit("sleep 70003 & sleep 70003", "sleep 70003")
    wait("both processes run", lambda: len(node.running("^sleep 70003")) == 2)
    groups = node.program_groups()
    expect_equal(len(groups), 1, "the number of cgroups of programs")
    for line in node.running("^sleep 70003"):
        found = node.machine.run(f"cat /proc/{line.split()[0]}/cgroup").removeprefix("0::")
        expect_equal("/sys/fs/cgroup" + found, groups[0], "the cgroup of a process")
    own = node.machine.run(f"cat /proc/{node.pid}/cgroup").removeprefix("0::")
    expect_equal("/sys/fs/cgroup" + own, node.cgroup + "/agent", "the cgroup of the agent")
    expect_equal(node.status()["cgroup"], node.cgroup, "the cgroup in the status")
    farm.cancel(job)
    node.expect_nothing_left("sleep 70003")


def shares(node, farm):
    """The files of a program's cgroup say what the settings ask for."""
    cases = (
        ({"cpus": 1}, "cpu.max", "100000 100000"),
        ({"cpus": "1-1"}, "cpuset.cpus", "1"),
        ({"memory_limit": "128MiB"}, "memory.max", str(128 << 20)),
        ({"memory_limit": "128MiB"}, "memory.swap.max", "0"),
        ({"memory_limit": "50%"}, "memory.max", None),
    )
    for settings, file, wanted in cases:
        node.start_with(farm, **settings)
        job = farm.submit("nproc; sleep 70004")
        group = wait("the program has a cgroup", lambda: (groups := node.program_groups()) and groups[0])
        wait("the program runs", lambda: node.running("^sleep 70004"))
        found = node.machine.run(f"cat {group}/{file}")
        if wanted is None:
            total = int(node.machine.run("awk '/MemTotal/ { print $2 * 1024 }' /proc/meminfo"))
            expect(abs(int(found) - total // 2) <= 4096, f"half of {total} is the limit, not {found}")
        else:
            expect_equal(found, wanted, f"{file} with {settings}")
        if "cpus" in settings:
            farm.wait_line(job, "1")
        farm.cancel(job)
        node.expect_nothing_left("sleep 70004")


def out_of_memory(node, farm, limit, reason):
    """The kernel kills the program, the manager is told, and agent and next task go on."""
    node.start_with(farm, memory_limit=limit)
    pid, since = node.pid, node.cursor()
    job = farm.submit(["python3", "-c", EATER])
    task = farm.wait_task(job, "failed", "soft-failed", limit=600)
    expect_in(reason, farm.log_of(task) + task["activity"], "what the manager is told")
    expect(any(reason in line for line in node.messages(since)), "the journal says why", node.messages(since))
    expect_equal(node.pid, pid, "the process of the agent after a program ran out of memory")
    farm.wait_job(farm.submit("echo the next one"))
    wait("no cgroup of a program is left", lambda: not node.program_groups())


def limited_unit(node, farm):
    """A limit of the unit counts for all below it: the program dies, the agent does not."""
    drop_in = f"/etc/systemd/system/{node.unit}.service.d/memory.conf"
    node.machine.write(drop_in, "[Service]\nMemoryMax=300M\nMemorySwapMax=0")
    node.machine.run("systemctl daemon-reload")
    out_of_memory(node, farm, None, ABOVE)
    node.machine.run(f"rm {drop_in} && systemctl daemon-reload")


def with_swap(node, farm):
    """Swap is counted with the limit, and does not let a program go beyond it."""
    node.machine.run("fallocate -l 1G /swap && chmod 600 /swap && mkswap -q /swap && swapon /swap")
    out_of_memory(node, farm, "64MiB", OVER_LIMIT)
    node.machine.run("swapoff /swap && rm /swap")
