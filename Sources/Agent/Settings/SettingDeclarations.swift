package import ExecutorKit
package import FlamencoAPI

/// Every setting there is, a declaration each. Options, environment variables, `check-config`, the manual pages and the values
/// in ``Settings`` follow from it; the property is the name of the value.
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

    // MARK: Who and where
    package let managerURL = Setting(
        "manager_url", .worker, .text("a URL such as http://manager.local:8080, or “auto”"),
        "the Flamenco Manager to work for; “auto” for the one that was accepted by `setup` or `discover --trust`",
        otherwise: "")
    package let workerName = Setting(
        "worker_name", .worker, .text("a name such as render-01"), "the name that people see",
        otherwise: "the name of the machine")
    package let taskTypes = Setting(
        "task_types", .worker, .words("a list of task types such as [\"blender\", \"ffmpeg\"]"),
        "the only types of tasks to take", otherwise: "those of the executors")
    package let stateDirectory = Setting(
        "state_dir", .worker, .text("a folder such as /var/lib/flamenco-agent"),
        "where credentials and undelivered logs are kept",
        otherwise: "$STATE_DIRECTORY, else the user's state folder")

    // MARK: Executors and what they may do
    package let executorsDirs = Setting(
        "executors_dirs", .executors, .paths("a list of absolute paths such as [\"/opt/farm/executors\"]"),
        "the folders with executors in any language",
        otherwise: "the installed ones, /etc/flamenco-agent/executors.d, executors in the state folder")
    package let enabledExecutors = Setting(
        "enabled_executors", .executors, .words("a list of commands such as [\"python-script\"]"), default: [],
        "the executors to turn on that are off by default", otherwise: "none")
    package let disabledExecutors = Setting(
        "disabled_executors", .executors, .words("a list of commands such as [\"exec\"]"), default: [],
        "the executors not to use", otherwise: "none")
    package let allowedExecutables = Setting(
        "allowed_executables", .executors,
        .paths("a list of absolute paths such as [\"/opt/blender\", \"/usr/bin/ffmpeg\"]"),
        "the only programs that commands may run: files, or folders with all in them", otherwise: "any")
    package let allowedPaths = Setting(
        "allowed_paths", .executors, .paths("a list of absolute paths such as [\"/render\"]"),
        "the only folders for commands on files, and for outputs", otherwise: "any")
    package let logRules = Setting(
        "log_rules", .executors,
        .objects(
            "a list of rules such as [{match: \"out of memory\", then: \"fail\"}, {check: \"frames-missing\", then: \"warn\"}]"
        ), default: [], "what lines of output and findings of checks mean: `fail`, `warn` or `ignore`",
        otherwise: "what the checks say")
    package let blenderPythonExitCode = Setting(
        "blender_python_exit_code", .executors, .number(0...255), default: 1,
        "the status with which Blender ends when a script of the job fails; 0 lets it render on")

    package let cyclesDevice = Setting(
        "cycles_device", .executors, .cyclesDevice,
        "what Cycles renders with: `CPU`, `CUDA`, `OPTIX`, `HIP`, `ONEAPI`; `+CPU` behind a GPU lets the processor help",
        otherwise: "as scene and preferences say")
    package let gpus = Setting(
        "gpus", .executors, .gpus, "the only GPUs that programs see, such as `cuda:0`, or `none`", otherwise: "all")

    // MARK: Talking to the manager
    package let api = Setting<APIName>(
        "api", .manager, .choice, default: .auto, "the API to speak; “auto” asks the manager which it speaks")
    package let caFile = Setting(
        "ca_file", .manager, .text("a file such as /etc/ssl/studio.pem"),
        "the certificates to trust, in place of those of the system",
        otherwise: "those of the system")
    package let connectTimeout = Setting(
        "connect_timeout", .manager, .duration(atLeast: .milliseconds(1)), default: .seconds(10),
        "how long connecting may take")
    package let requestTimeout = Setting(
        "request_timeout", .manager, .duration(atLeast: .milliseconds(1)), default: .seconds(60),
        "how long a request may take in all")
    package let taskPollInterval = Setting(
        "task_poll_interval", .manager, .duration(atLeast: .milliseconds(100)), default: .seconds(20),
        "the longest wait between two questions for a task")
    package let runningPollInterval = Setting(
        "running_poll_interval", .manager, .duration(atLeast: .milliseconds(100)), default: .seconds(2),
        "how often to ask, while a task runs, whether it may go on")
    package let asleepPollInterval = Setting(
        "asleep_poll_interval", .manager, .duration(atLeast: .milliseconds(100)), default: .seconds(5),
        "how often to ask, while asleep, whether to wake up")

    // MARK: Running programs
    package let gracePeriod = Setting(
        "grace_period", .programs, .duration(), default: .seconds(10),
        "how long a program may take to stop before it is killed")
    package let leftoverTime = Setting(
        "leftover_time", .programs, .duration(), default: .seconds(1),
        "how long processes that a program leaves behind may go on")
    package let timeLimit = Setting(
        "time_limit", .programs, .duration(atLeast: .milliseconds(1)),
        "how long a program may run before it is stopped", otherwise: "no limit")
    package let silenceLimit = Setting(
        "silence_limit", .programs, .duration(atLeast: .milliseconds(1)),
        "how long a program may print nothing before it is stopped", otherwise: "no limit")
    package let oomScoreAdjust = Setting(
        "oom_score_adjust", .programs, .number(-1000...1000), default: 500,
        "how readily the kernel ends programs when memory runs out")
    package let nice = Setting(
        "nice", .programs, .number(-20...19), default: 0, "the scheduling priority of programs; higher is nicer")
    package let ioNice = Setting(
        "io_nice", .programs, .ioPriority, "the priority of programs for disks, from 0 to 7; “idle” comes last",
        otherwise: "by `nice`")
    package let cpus = Setting(
        "cpus", .programs, .processors, "how many processors programs may use, or which, such as `0-7`",
        otherwise: "all")
    package let environment = Setting(
        "environment", .programs, .variables, default: [:],
        "variables for all programs; `{NAME}` stands for one that they have anyway, as in `/opt/bin:{PATH}`",
        otherwise: "none")
    package let passEnvironment = Setting(
        "pass_environment", .programs, .words("a list of names such as [\"*_LICENSE\", \"http_proxy\"]"), default: [],
        "which of the agent's own variables programs get besides the usual ones; `*` stands for anything",
        otherwise: "none")
    package let runAsUser = Setting(
        "run_as_user", .programs, .text("a user such as flamenco-render"),
        "the user whom programs and work on files run as; “none” for the agent's, any other where the agent may change users",
        otherwise: "the agent's")
    package let memoryLimit = Setting(
        "memory_limit", .programs, .memory,
        "how much memory a program and its descendants may have, such as `8GiB` or `80%`; needs a cgroup",
        otherwise: "no limit")
    package let addressSpaceLimit = Setting(
        "address_space_limit", .programs, .bytes, "how much address space a process may have", otherwise: "no limit")
    package let cpuTimeLimit = Setting(
        "cpu_time_limit", .programs, .duration(atLeast: .seconds(1)), "how much processor time a process may take",
        otherwise: "no limit")
    package let openFilesLimit = Setting(
        "open_files_limit", .programs, .number(16...1_048_576), "how many files a process may have open",
        otherwise: "the agent's")
    package let coreSizeLimit = Setting(
        "core_size_limit", .programs, .bytes, default: 0, "how large a core dump may be")
    package let cgroup = Setting(
        "cgroup", .programs, .controlGroup, default: .automatic,
        "where each program gets a cgroup of its own: “auto” for the agent's, where it is delegated; “off”; or a path")
    package let sandbox = Setting<SandboxRule>(
        "sandbox", .programs, .choice, default: .off,
        "whether programs may use all files that their user may, or only those of “The sandbox” below (“paths”)")
    package let sandboxRead = Setting(
        "sandbox_read", .programs, .paths("a list of absolute paths such as [\"/studio/config\"]"), default: [],
        "what programs may read in the sandbox, besides what every program may", otherwise: "nothing more")
    package let sandboxWrite = Setting(
        "sandbox_write", .programs, .paths("a list of absolute paths such as [\"/scratch\"]"), default: [],
        "what programs may write in the sandbox, besides `allowed_paths` and their temporary folder",
        otherwise: "nothing more")
    package let sandboxTCPPorts = Setting(
        "sandbox_tcp_ports", .programs, .ports("a list of ports such as [8080, 4101]"),
        "the only ports to which programs may connect over TCP in the sandbox", otherwise: "any")
    package let debugDumpable = Setting(
        "debug_dumpable", .programs, .yesOrNo, default: false,
        "whether programs of the agent's user may read its memory and environment, as debuggers do")

    package let hooks = Setting(
        "hooks", .programs,
        .object("an object of programs such as {\"before_task\": \"/etc/flamenco-agent/before\"}"), default: [:],
        "programs of the operator that run before and after tasks, at the start, at the end and when idle",
        otherwise: "none")

    // MARK: Coming and going
    package let onTerm = Setting<TerminationRule>(
        "on_term", .leaving, .choice, default: .stop, "whether SIGTERM stops the running task or lets it finish")
    package let restartExitCode = Setting(
        "restart_exit_code", .leaving, .number(1...255), "the exit code that asks the service manager for a restart",
        otherwise: "the worker cannot be restarted")
    package let flushTime = Setting(
        "flush_time", .leaving, .duration(), default: .seconds(5),
        "how long delivering may hold up the agent's end, and the news of a new state")
    package let exitAfterIdle = Setting(
        "exit_after_idle", .leaving, .duration(atLeast: .seconds(1)),
        "how long the agent stays when there is no task for it", otherwise: "for ever")
    package let maxTasks = Setting(
        "max_tasks", .leaving, .number(1...1_000_000), "after how many tasks the agent leaves", otherwise: "never")
    package let isEphemeral = Setting(
        "ephemeral", .leaving, .yesOrNo, default: false,
        "whether the agent is a new worker at each start, and leaves nothing on this machine")

    // MARK: Before taking work
    package let requiredPaths = Setting(
        "required_paths", .readiness,
        .requiredPaths("a list of absolute paths with what is needed behind colons, such as [\"/render:mounted:rw\"]"),
        default: [], "what has to be there before a task is taken: `PATH`, and behind it `:mounted`, `:r` or `:rw`",
        otherwise: "nothing")
    package let minFreeSpace = Setting(
        "min_free_space", .readiness, .bytes, "how much disk has to be free where the agent and its programs write",
        otherwise: "just enough for logs")
    package let workHours = Setting(
        "work_hours", .readiness, .hours, "the times of the week, in local time, at which tasks are taken",
        otherwise: "always")
    package let onlyWhenIdle = Setting(
        "only_when_idle", .readiness, .duration(atLeast: .seconds(1)),
        "how long nobody may have used the machine, as logind says, before tasks are taken",
        otherwise: "it does not matter")
    package let whenBusy = Setting<BusyRule>(
        "when_busy", .readiness, .choice, default: .finish,
        "whether a running task is finished or stopped when the hours end or somebody uses the machine")

    // MARK: Keeping logs
    package let taskLogLimit = Setting(
        "task_log_limit", .logs, .bytes, default: 1 << 30, "how much log a task may have before its middle is left out")
    package let spoolLimit = Setting(
        "spool_limit", .logs, .bytes, default: 4 << 30, "how much disk all logs together may take")
    package let keptTasks = Setting(
        "kept_tasks", .logs, .number(0...100_000), default: 50,
        "how many delivered tasks keep their log on this machine")
    package let keptSize = Setting(
        "kept_size", .logs, .bytes, default: 1 << 30, "how much disk the logs of delivered tasks may take")

    // MARK: Seeing what it does
    package let logLevel = Setting<LogLevelName>(
        "log_level", .observing, .choice, default: .info, "how much the agent says of itself")
    package let logFormat = Setting<LogFormatName>(
        "log_format", .observing, .choice, default: .auto,
        "how it says it; “auto” is for the journal under systemd, else for people")
    package let metricsListen = Setting(
        "metrics_listen", .observing, .address,
        "where metrics and health are served over HTTP; a port alone is on this machine", otherwise: "nowhere")
}

/// What the first SIGTERM does.
package enum TerminationRule: String, CaseIterable, Sendable {
    /// The running task is stopped, and goes back to the manager.
    case stop
    /// The running task is finished, and no other is taken.
    case drain
}

/// The APIs as the settings spell them.
package enum APIName: String, CaseIterable, Sendable {
    case auto, v3
    case v2022 = "2022"

    /// The API, where the manager is not to be asked.
    package var dialect: APIDialect? {
        switch self {
        case .auto: nil
        case .v3: .v3
        case .v2022: .v2022
        }
    }
}

/// The levels of the agent's log as the settings spell them.
package enum LogLevelName: String, CaseIterable, Sendable {
    case debug, info, warning, error

    /// The level.
    package var level: Log.Level {
        switch self {
        case .debug: .debug
        case .info: .info
        case .warning: .warning
        case .error: .error
        }
    }
}
