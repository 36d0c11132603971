import FileWork
import FoundationEssentials
package import SupervisorProtocol

/// What every program needs, and may use in the sandbox; paths that do not exist are ignored. systemd/README.md has the
/// list.
package enum SandboxPlaces {
    /// Paths that may be read and executed.
    package static let read: [String] =
        [
            "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/opt", "/proc", "/sys",
            "/run/NetworkManager/resolv.conf", "/run/opengl-driver", "/run/resolvconf", "/run/systemd/resolve",
            "/var/cache/fontconfig", "/var/lib/ca-certificates",
        ] + configuration.map { "/etc/\($0)" }

    /// Entries of `/etc` that programs, libraries and drivers read. Others may contain confidential data.
    package static let configuration: [String] = [
        "ImageMagick-6", "ImageMagick-7", "OpenCL", "alternatives", "ca-certificates", "crypto-policies", "drirc",
        "egl",
        "fonts", "gai.conf", "glvnd", "gnutls", "group", "host.conf", "hostname", "hosts", "ld.so.cache", "ld.so.conf",
        "ld.so.conf.d", "ld.so.preload", "locale.alias", "localtime", "machine-id", "magic", "mime.types",
        "nsswitch.conf", "nvidia", "os-release", "passwd", "pki", "protocols", "resolv.conf", "services",
        "ssh/ssh_config", "ssh/ssh_config.d", "ssh/ssh_known_hosts", "ssl", "timezone", "vulkan", "xdg",
    ]

    /// The prefix of other readable entries of `/etc`: each version of Python has a folder.
    package static let configurationPrefix = "python3"

    /// Devices, including graphics cards, and a program's own files in `/proc`.
    package static let use: [String] =
        [
            "/dev/null", "/dev/zero", "/dev/full", "/dev/random", "/dev/urandom", "/proc/self", "/dev/dri", "/dev/kfd",
            "/dev/accel", "/dev/nvidiactl", "/dev/nvidia-modeset", "/dev/nvidia-uvm", "/dev/nvidia-uvm-tools",
            "/dev/nvidia-caps",
        ] + (0..<16).map { "/dev/nvidia\($0)" }

    /// Paths that may be written: shared memory.
    package static let write = ["/dev/shm"]

    /// Sockets of the system, if the kernel can restrict access to others.
    package static let connect = [
        "/run/nscd", "/run/systemd/resolve", "/run/systemd/userdb", "/run/nvidia-persistenced",
    ]

    /// A sandbox with nothing else.
    package static var sandbox: Sandbox {
        Sandbox(grants: grants, hidden: [], tcpPorts: nil, leastVersion: LandlockSupport.holdsTruncation)
    }

    /// All of them on this machine.
    static var grants: [Sandbox.Grant] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: "/etc")) ?? []
        let more = names.filter { $0.hasPrefix(configurationPrefix) }.sorted().map { "/etc/\($0)" }
        // Each place is opened for each program: where `/bin` and the like are links into `/usr`, that is enough.
        let places = read.filter { place in
            place.dropFirst().contains("/") || (try? PhysicalPath.of(place))?.hasPrefix("/usr/") != true
        }
        return (places + more).map { .init($0, .read) } + use.map { .init($0, .use) } + write.map { .init($0, .write) }
            + connect.map { .init($0, .connect) }
    }

    /// Returns what may be read and written in the home of the agent's user: fonts and settings, and files of renderers
    /// and drivers.
    static func home(_ environment: [String: String]) -> (read: [String], write: [String]) {
        guard let home = environment["HOME"], home.hasPrefix("/"), home != "/" else { return ([], []) }
        func place(_ variable: String, _ usual: String) -> String {
            environment[variable].flatMap { $0.hasPrefix("/") ? $0 : nil } ?? "\(home)/\(usual)"
        }
        let configuration = place("XDG_CONFIG_HOME", ".config")
        let data = place("XDG_DATA_HOME", ".local/share")
        return (
            read: [
                "\(configuration)/fontconfig", "\(home)/.fonts", "\(data)/fonts", "\(data)/vulkan",
                "\(home)/.local/lib",
            ],
            write: [
                place("XDG_CACHE_HOME", ".cache"), "\(configuration)/blender", "\(data)/blender", "\(home)/.nv",
            ]
        )
    }
}
