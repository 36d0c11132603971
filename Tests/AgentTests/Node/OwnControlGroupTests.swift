import Testing

@testable import Agent

@Suite("The cgroup of the agent")
struct OwnControlGroupTests {
    private static let systemd = "30 23 0:26 / /sys/fs/cgroup rw,nosuid - cgroup2 cgroup2 rw,nsdelegate\n"
    private static let hybrid =
        "31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw\n35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
        + "41 31 0:38 / /sys/fs/cgroup/unified rw - cgroup2 cgroup2 rw\n"

    @Test(
        "is found where version 2 is mounted",
        arguments: [
            ("0::/system.slice/agent.service\n", systemd, "/sys/fs/cgroup/system.slice/agent.service"),
            ("0::/\n", systemd, "/sys/fs/cgroup"),
            ("4:memory:/x\n0::/y\n", hybrid, "/sys/fs/cgroup/unified/y"),
            // A part of the tree is all that a container sees.
            ("0::/pods/1/app\n", "30 23 0:26 /pods/1 /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "/sys/fs/cgroup/app"),
            ("0::/pods/1\n", "30 23 0:26 /pods/1 /sys/fs/cgroup rw - cgroup2 cgroup rw\n", "/sys/fs/cgroup"),
            ("0::/pods/10\n", "30 23 0:26 /pods/1 /sys/fs/cgroup rw - cgroup2 cgroup rw\n", nil),
            // Version 1 alone.
            ("4:memory:/x\n", "35 31 0:32 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n", nil),
            ("0::/y\n", "", nil), ("", systemd, nil),
        ])
    func path(groups: String, mounts: String, path: String?) {
        #expect(OwnControlGroup.path(groups: groups, mounts: MountTable(mounts)) == path)
    }
}
