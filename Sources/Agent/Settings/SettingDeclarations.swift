import CommandLineOptions
package import ExecutorKit
package import FlamencoAPI

/// Every setting there is, a declaration each. Options, environment variables, help, completion, manual pages, `check-config` and
/// the values in ``Settings`` follow from it; the property is the name of the value.
package struct SettingDeclarations: Sendable {
    /// The declarations.
    package static let declared = SettingDeclarations()
    /// All of them, in the order of the documentation.
    package static let all: [any AnySetting] = Mirror(reflecting: declared).children.compactMap {
        $0.value as? any AnySetting
    }

    /// Those of some groups, in the order of the documentation.
    package static func all(of groups: SettingGroup...) -> [any AnySetting] {
        all.filter { groups.contains($0.group) }
    }

    // MARK: Worker
    package let workerName = Setting(
        "worker_name", .worker, .text("a name such as render-01", as: "NAME"), "name of the worker in the manager",
        otherwise: "the name of the machine", synonyms: ["--name"])
    package let taskTypes = Setting(
        "task_types", .worker, .words("a list of task types such as [\"blender\", \"ffmpeg\"]", as: "TYPE,..."),
        "the only types of tasks to take", otherwise: "those of the executors",
        details: "The types must be among those that `flamenco-agent executors` lists.")
    package let stateDirectory = Setting(
        "state_dir", .worker, .text("a folder such as /var/lib/flamenco-agent", as: "DIR"),
        "folder for credentials and undelivered logs",
        otherwise: "$STATE_DIRECTORY, else $XDG_STATE_HOME/flamenco-agent, else ~/.local/state/flamenco-agent",
        details: "One agent at a time uses a state directory. systemd sets STATE_DIRECTORY to /var/lib/flamenco-agent.")

    // MARK: Manager
    package let managerURL = Setting(
        "manager_url", .manager,
        .text(
            "a URL such as http://manager.local:8080, or \"auto\"", as: OptionValue("URL", completion: .words(["auto"]))
        ),
        "URL of the Flamenco Manager, or `auto` for the one that `discover --trust` accepted; required", otherwise: "",
        details:
            "`flamenco-agent discover` lists the managers on the local networks. The agent never changes to another manager"
            + " by itself.", synonyms: ["--manager", "--url", "--server"])
    package let api = Setting<APIName>(
        "api", .manager, .choice, default: .auto, "API to use; `auto` asks the manager which one it has",
        details: "`2022` is the API of Flamenco Manager in spring 2022, `v3` that of Flamenco 3.")
    package let caFile = Setting(
        "ca_file", .manager, .text("a file such as /etc/ssl/studio.pem", as: "PATH"),
        "CA certificates to trust, in PEM format", otherwise: "those of the system",
        details: "It is for managers with an https URL whose certificate a CA of your own has signed.")
    package let connectTimeout = Setting(
        "connect_timeout", .manager, .duration(atLeast: .milliseconds(1)), default: .seconds(10),
        "time limit for connecting to the manager")
    package let requestTimeout = Setting(
        "request_timeout", .manager, .duration(atLeast: .milliseconds(1)), default: .seconds(60),
        "time limit for a whole request")
    package let taskPollInterval = Setting(
        "task_poll_interval", .manager, .duration(atLeast: .milliseconds(100)), default: .seconds(20),
        "maximum interval between task requests",
        details: "After a task the agent asks at once; while there is none, the interval grows from 1 s to this value.")
    package let runningPollInterval = Setting(
        "running_poll_interval", .manager, .duration(atLeast: .milliseconds(100)), default: .seconds(2),
        "interval between checks whether the running task may go on")
    package let asleepPollInterval = Setting(
        "asleep_poll_interval", .manager, .duration(atLeast: .milliseconds(100)), default: .seconds(5),
        "interval between checks whether a worker that is asleep should wake up")

    // MARK: Executors
    package let executorsDirs = Setting(
        "executors_dirs", .executors,
        .paths("a list of absolute paths such as [\"/opt/farm/executors\"]", as: "DIR,..."),
        "folders with executors in any language",
        otherwise: "the installed ones, /etc/flamenco-agent/executors.d, executors in the state directory",
        details:
            "Each executor is a folder with an executor.json5. `flamenco-agent executors` lists what was found, and what was"
            + " left out and why.")
    package let enabledExecutors = Setting(
        "enabled_executors", .executors,
        .words("a list of commands such as [\"python-script\"]", as: .executors), default: [],
        "executors to use that are off by default", otherwise: "none")
    package let disabledExecutors = Setting(
        "disabled_executors", .executors, .words("a list of commands such as [\"exec\"]", as: .executors), default: [],
        "executors not to use", otherwise: "none")
    package let allowedExecutables = Setting(
        "allowed_executables", .executors,
        .paths("a list of absolute paths such as [\"/opt/blender\", \"/usr/bin/ffmpeg\"]"),
        "the only programs that tasks may run: files, or folders with everything in them", otherwise: "any",
        details:
            "Symbolic links are followed first. What these programs start themselves is not checked; `sandbox` limits that."
    )
    package let allowedPaths = Setting(
        "allowed_paths", .executors, .paths("a list of absolute paths such as [\"/render\"]"),
        "the only folders that commands on files may use, and for output", otherwise: "any",
        details: "Symbolic links are followed first. Programs can use other folders unless `sandbox` is `paths`.")
    package let logRules = Setting(
        "log_rules", .executors,
        .objects(
            "a list of rules such as [{match: \"out of memory\", then: \"fail\"}, {check: \"frames-missing\", then: \"warn\"}]"
        ), default: [], "whether lines of output and results of checks fail a task: `fail`, `warn` or `ignore`",
        otherwise: "what the checks define",
        details:
            "`match` is a regular expression, and `check` the name of a check as `check-config` lists it. The first rule that"
            + " matches decides. `commands` limits a rule to some commands, `reason` is shown in the manager.")
    package let blenderPythonExitCode = Setting(
        "blender_python_exit_code", .executors, .number(0...255), default: 1,
        "exit status of Blender when a script of the job fails; 0 lets it go on rendering")
    package let keepBlenderOpen = Setting(
        "keep_blender_open", .executors, .duration(), default: .zero,
        "how long Blender stays open for the next task of its job; `0s` closes it after each task",
        details:
            "The next task may differ only in its frames and its output. Blender never stays open with `cpu_time_limit` or with the"
            + " hooks `before_task` and `after_task`.")
    package let keepBlenderMemory = Setting(
        "keep_blender_memory", .executors, .memory,
        "memory above which Blender does not stay open, such as `16GiB` or `50%`",
        otherwise: "half of the machine's")

    // MARK: GPUs
    package let cyclesDevice = Setting(
        "cycles_device", .gpus, .cyclesDevice,
        "device that Cycles renders with: `CPU`, `CUDA`, `OPTIX`, `HIP` or `ONEAPI`; `+CPU` adds the CPU to a GPU",
        otherwise: "as set in the scene and in Blender's preferences",
        details:
            "A system user has no Blender preferences that enable a GPU: without this setting, Cycles renders on the CPU."
            + " Blender exits with status 1 if the device does not exist.")
    package let gpus = Setting(
        "gpus", .gpus, .gpus, "the only GPUs that programs see, such as `cuda:0`, or `none`", otherwise: "all",
        details:
            "`cuda:N`, `amd:N` and `oneapi:N` are counted by vendor; UUIDs are those of `nvidia-smi -L` and `rocminfo`. The"
            + " setting covers computing, not drawing with OpenGL or Vulkan.")

    // MARK: Programs
    package let runAsUser = Setting(
        "run_as_user", .programs,
        .text("a user such as flamenco-render, or \"none\"", as: OptionValue("USER", completion: .user)),
        "user that programs and work on files run as; `none` for the user of the agent",
        otherwise: "the user of the agent",
        needs: "an agent that runs as root or may change users: `flamenco-agent setup --render-user USER` sets up both")
    package let environment = Setting(
        "environment", .programs, .variables, default: [:],
        "environment variables for programs; `{NAME}` in a value is replaced, as in `/opt/bin:{PATH}`",
        otherwise: "none",
        details:
            "`{NAME}` is what programs have without this setting, and `{{NAME}}` becomes `{NAME}`. `flamenco-agent try exec"
            + " --param exe=env` prints what programs get.")
    package let passEnvironment = Setting(
        "pass_environment", .programs,
        .words("a list of names such as [\"*_LICENSE\", \"http_proxy\"]", as: "NAME,..."), default: [],
        "environment variables of the agent to pass to programs, besides the usual ones; `*` matches anything",
        otherwise: "none")
    package let hooks = Setting(
        "hooks", .programs,
        .object("an object of programs such as {\"before_task\": \"/etc/flamenco-agent/before\"}"), default: [:],
        "programs to run before and after tasks, at start and stop, and when idle", otherwise: "none",
        details:
            "The hooks are `before_task`, `after_task`, `on_start`, `on_stop` and `when_idle`. Each is a program, or an object"
            + " with `run`, `as` (`agent` or `programs`), `time_limit` and, for `when_idle`, `after`.")
    package let gracePeriod = Setting(
        "grace_period", .programs, .duration(), default: .seconds(10),
        "time between SIGTERM and SIGKILL when a program is stopped",
        details: "TimeoutStopSec of the systemd unit must be longer.")
    package let leftoverTime = Setting(
        "leftover_time", .programs, .duration(), default: .seconds(1),
        "how long processes that a program leaves behind may go on")
    package let debugDumpable = Setting(
        "debug_dumpable", .programs, .yesOrNo, default: false,
        "lets programs of the same user read memory and environment of the agent, for debuggers and core dumps")

    // MARK: Limits
    package let timeLimit = Setting(
        "time_limit", .limits, .duration(atLeast: .milliseconds(1)), "time after which a program is stopped",
        otherwise: "no limit")
    package let silenceLimit = Setting(
        "silence_limit", .limits, .duration(atLeast: .milliseconds(1)),
        "time without output after which a program is stopped", otherwise: "no limit")
    package let cpus = Setting(
        "cpus", .limits, .processors, "number of CPUs for programs, or which ones, such as `0-7`", otherwise: "all",
        details:
            "Programs see that many CPUs, and Blender gets `--threads`. Name different CPUs where agents share a machine."
    )
    package let nice = Setting(
        "nice", .limits, .number(-20...19), default: 0, "scheduling priority of programs; higher values yield to others"
    )
    package let ioNice = Setting(
        "io_nice", .limits, .ioPriority, "I/O priority of programs, from 0 (highest) to 7, or `idle`",
        otherwise: "follows `nice`", needs: "a disk whose I/O scheduler has priorities (BFQ)")
    package let memoryLimit = Setting(
        "memory_limit", .limits, .memory,
        "memory that a program and its child processes may use, such as `8GiB` or `80%`",
        otherwise: "no limit",
        details:
            "It covers memory and swap together. A program that uses more is killed, and its task fails with that reason.",
        needs: "a cgroup, which the systemd unit provides (Delegate=yes); see `cgroup`")
    package let addressSpaceLimit = Setting(
        "address_space_limit", .limits, .bytes, "address space of a process (RLIMIT_AS)", otherwise: "no limit",
        details: "GPU drivers reserve far more address space than they use: prefer `memory_limit`.")
    package let cpuTimeLimit = Setting(
        "cpu_time_limit", .limits, .duration(atLeast: .seconds(1)), "CPU time of a process (RLIMIT_CPU)",
        otherwise: "no limit")
    package let openFilesLimit = Setting(
        "open_files_limit", .limits, .number(16...1_048_576), "open files of a process (RLIMIT_NOFILE)",
        otherwise: "that of the agent")
    package let coreSizeLimit = Setting(
        "core_size_limit", .limits, .bytes, default: 0, "size of a core dump (RLIMIT_CORE)")
    package let oomScoreAdjust = Setting(
        "oom_score_adjust", .limits, .number(-1000...1000), default: 500,
        "how likely the kernel kills programs when memory runs out; higher is more likely")
    package let cgroup = Setting(
        "cgroup", .limits, .controlGroup, default: .automatic,
        "parent of the cgroups of programs: `auto` for the agent's if it is delegated, `off`, or a path",
        details: "With cgroups the agent ends process trees as a whole, and can say why a program was killed.")

    // MARK: Sandbox
    package let sandbox = Setting<SandboxRule>(
        "sandbox", .sandbox, .choice, default: .off,
        "files that programs may use: `off` for all that their user may, `paths` for those of the sandbox",
        details:
            "With `paths`, programs can read the system, and write to `allowed_paths`, `sandbox_write` and their temporary"
            + " folder.", needs: "Linux 6.2 or later, or 5.13 with `run_as_user` (Landlock)")
    package let sandboxRead = Setting(
        "sandbox_read", .sandbox, .paths("a list of absolute paths such as [\"/studio/config\"]"), default: [],
        "more paths that programs may read", otherwise: "none", needs: "`sandbox: \"paths\"`")
    package let sandboxWrite = Setting(
        "sandbox_write", .sandbox, .paths("a list of absolute paths such as [\"/scratch\"]"), default: [],
        "more paths that programs may write, besides `allowed_paths` and their temporary folder", otherwise: "none",
        needs: "`sandbox: \"paths\"`")
    package let sandboxTCPPorts = Setting(
        "sandbox_tcp_ports", .sandbox, .ports("a list of ports such as [8080, 4101]"),
        "the only TCP ports that programs may connect to", otherwise: "any",
        needs: "`sandbox: \"paths\"`, and Linux 6.7 or later")

    // MARK: Starting and stopping
    package let onTerm = Setting<TerminationRule>(
        "on_term", .leaving, .choice, default: .stop, "whether SIGTERM stops the running task or lets it finish",
        details: "A stopped task goes back to the manager. A second SIGTERM ends the task without its grace period.")
    package let restartExitCode = Setting(
        "restart_exit_code", .leaving, .number(1...255), "exit status that asks the service manager for a restart",
        otherwise: "the worker cannot be restarted from the manager",
        details: "The systemd unit sets it, and names it in RestartForceExitStatus.")
    package let flushTime = Setting(
        "flush_time", .leaving, .duration(), default: .seconds(5),
        "time limit for delivering logs when the agent stops or changes its state",
        details: "What is not delivered is kept for the next start.")
    package let exitAfterIdle = Setting(
        "exit_after_idle", .leaving, .duration(atLeast: .seconds(1)), "time without a task after which the agent stops",
        otherwise: "never")
    package let maxTasks = Setting(
        "max_tasks", .leaving, .number(1...1_000_000), "number of tasks after which the agent stops",
        otherwise: "no limit")
    package let isEphemeral = Setting(
        "ephemeral", .leaving, .yesOrNo, default: false,
        "registers anew at every start, keeps credentials in memory, and leaves no files behind",
        details: "It is for containers and batch systems. The manager keeps each such worker in its list, as offline.")

    // MARK: Before a task
    package let requiredPaths = Setting(
        "required_paths", .readiness,
        .requiredPaths("a list of absolute paths with requirements such as [\"/render:mounted:rw\"]"),
        default: [], "paths that must be usable before a task is taken, each followed by `:mounted`, `:r` or `:rw`",
        otherwise: "none", details: "Until then the worker asks for no task, and `status` and the log name the path.")
    package let minFreeSpace = Setting(
        "min_free_space", .readiness, .bytes, "free disk space required where the agent and its programs write",
        otherwise: "enough for logs")

    // MARK: People at the machine
    package let workHours = Setting(
        "work_hours", .people, .hours, "times of the week, in local time, at which tasks are taken",
        otherwise: "always",
        details: "Days, hours or both, separated by commas. Hours after midnight belong to the day on which they begin."
    )
    package let onlyWhenIdle = Setting(
        "only_when_idle", .people, .duration(atLeast: .seconds(1)),
        "how long nobody must have used the machine before tasks are taken", otherwise: "not checked",
        needs: "systemd-logind")
    package let whenBusy = Setting<BusyRule>(
        "when_busy", .people, .choice, default: .finish,
        "what to do with the running task when the work hours end or somebody uses the machine")

    // MARK: Task logs
    package let taskLogLimit = Setting(
        "task_log_limit", .logs, .bytes, default: 1 << 30, "size of a task's log, above which its middle is left out")
    package let spoolLimit = Setting(
        "spool_limit", .logs, .bytes, default: 4 << 30, "disk space for all logs together")
    package let keptTasks = Setting(
        "kept_tasks", .logs, .number(0...100_000), default: 50, "number of delivered tasks whose logs are kept",
        details: "`flamenco-agent logs` prints them.")
    package let keptSize = Setting(
        "kept_size", .logs, .bytes, default: 1 << 30, "disk space for the logs of delivered tasks")

    // MARK: Log and metrics
    package let logLevel = Setting<LogLevelName>(
        "log_level", .observing, .choice, default: .info, "log verbosity",
        synonyms: ["--debug", "--verbose", "-v", "--quiet", "--trace", "--loglevel"])
    package let logFormat = Setting<LogFormatName>(
        "log_format", .observing, .choice, default: .auto,
        "log format; `auto` is `journal` under systemd, otherwise `text`")
    package let metricsListen = Setting(
        "metrics_listen", .observing, .address,
        "address for metrics and health over HTTP; a port alone listens on the loopback interface only",
        otherwise: "not served", details: "Prometheus reads /metrics; /healthz answers 200 while the agent responds.")
}
