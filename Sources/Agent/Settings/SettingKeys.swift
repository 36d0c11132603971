package import FlamencoAPI
import Wording

/// Every setting there is.
package enum SettingKeys {
    // MARK: Who and where
    package static let managerURL = SettingKey(
        "manager_url", .text("a URL such as http://manager.local:8080"), "the Flamenco Manager to work for")
    static let workerName = SettingKey(
        "worker_name", .text("a name"), "the name that people see", otherwise: "the name of the machine")
    static let taskTypes = SettingKey(
        "task_types", .words("a list of task types such as [\"blender\", \"ffmpeg\"]"),
        "the only types of tasks to take",
        otherwise: "those of the executors")
    package static let stateDirectory = SettingKey(
        "state_dir", .text("a folder"), "where credentials and undelivered logs are kept",
        otherwise: "$STATE_DIRECTORY, else the user's state folder")

    // MARK: Executors and what they may do
    static let executorsDirs = SettingKey(
        "executors_dirs", .paths("a list of absolute paths such as [\"/opt/farm/executors\"]"),
        "the folders with executors in any language",
        otherwise: "the installed ones, /etc/flamenco-agent/executors.d, executors in the state folder")
    static let enabledExecutors = SettingKey(
        "enabled_executors", .words("a list of commands such as [\"python-script\"]"),
        "the executors to use that are off unless somebody says so", otherwise: "none")
    static let disabledExecutors = SettingKey(
        "disabled_executors", .words("a list of commands such as [\"exec\"]"), "the executors not to use",
        otherwise: "none")
    static let allowedExecutables = SettingKey(
        "allowed_executables", .paths("a list of absolute paths such as [\"/opt/blender\", \"/usr/bin/ffmpeg\"]"),
        "the only programs that commands may run: files, or folders with all in them", otherwise: "any")
    static let allowedPaths = SettingKey(
        "allowed_paths", .paths("a list of absolute paths such as [\"/render\"]"),
        "the only folders for commands on files, and for outputs", otherwise: "any")
    static let logRules = SettingKey(
        "log_rules",
        .objects(
            "a list of rules such as [{match: \"out of memory\", then: \"fail\"}, {check: \"frames-missing\", then: \"warn\"}]"
        ),
        "what lines of output and findings of checks mean: `fail`, `warn` or `ignore`", otherwise: "what the checks say"
    )
    static let blenderPythonExitCode = SettingKey(
        "blender_python_exit_code", .number(0...255),
        "the status with which Blender ends when a script of the job fails; 0 lets it render on")
    /// Those that say which executors there are, and how they work.
    package static let executors: [any AnySettingKey] = [
        executorsDirs, enabledExecutors, disabledExecutors, allowedExecutables, allowedPaths, logRules,
        blenderPythonExitCode,
    ]

    // MARK: Talking to the manager
    static let api = SettingKey<APIName>("api", .choice, "the API to speak; “auto” asks the manager which it speaks")
    static let caFile = SettingKey(
        "ca_file", .text("a file"), "the certificates to trust, in place of those of the system",
        otherwise: "those of the system")
    static let connectTimeout = SettingKey(
        "connect_timeout", .duration(atLeast: .milliseconds(1)), "how long connecting may take")
    static let requestTimeout = SettingKey(
        "request_timeout", .duration(atLeast: .milliseconds(1)), "how long a request may take in all")
    static let taskPollInterval = SettingKey(
        "task_poll_interval", .duration(atLeast: .milliseconds(100)),
        "the longest wait between two questions for a task")
    static let runningPollInterval = SettingKey(
        "running_poll_interval", .duration(atLeast: .milliseconds(100)),
        "how often to ask, while a task runs, whether it may go on")
    static let asleepPollInterval = SettingKey(
        "asleep_poll_interval", .duration(atLeast: .milliseconds(100)),
        "how often to ask, while asleep, whether to wake up")

    // MARK: Running programs
    static let gracePeriod = SettingKey(
        "grace_period", .duration(), "how long a program may take to stop before it is killed")
    static let leftoverTime = SettingKey(
        "leftover_time", .duration(), "how long processes that a program leaves behind may go on")
    static let timeLimit = SettingKey(
        "time_limit", .duration(atLeast: .milliseconds(1)), "how long a program may run before it is stopped",
        otherwise: "no limit")
    static let silenceLimit = SettingKey(
        "silence_limit", .duration(atLeast: .milliseconds(1)),
        "how long a program may print nothing before it is stopped", otherwise: "no limit")
    static let oomScoreAdjust = SettingKey(
        "oom_score_adjust", .number(-1000...1000), "how readily the kernel ends programs when memory runs out")
    static let nice = SettingKey("nice", .number(-20...19), "the scheduling priority of programs; higher is nicer")
    static let runAsUser = SettingKey(
        "run_as_user", .text("a user"), "the user whom programs and work on files run as, when the agent is root",
        otherwise: "the agent's")
    static let memoryLimit = SettingKey(
        "memory_limit", .bytes, "how much memory a program and its descendants may have; needs a cgroup",
        otherwise: "no limit")
    static let addressSpaceLimit = SettingKey(
        "address_space_limit", .bytes, "how much address space a process may have", otherwise: "no limit")
    static let cpuTimeLimit = SettingKey(
        "cpu_time_limit", .duration(atLeast: .seconds(1)), "how much processor time a process may take",
        otherwise: "no limit")
    static let openFilesLimit = SettingKey(
        "open_files_limit", .number(16...1_048_576), "how many files a process may have open", otherwise: "the agent's")
    static let coreSizeLimit = SettingKey("core_size_limit", .bytes, "how large a core dump may be")
    static let cgroup = SettingKey(
        "cgroup", .controlGroup,
        "where each program gets a cgroup of its own: “auto” for the agent's, where it is delegated; “off”; or a path")

    /// Those about the programs of commands.
    package static let programs: [any AnySettingKey] = [
        gracePeriod, leftoverTime, timeLimit, silenceLimit, oomScoreAdjust, nice, runAsUser, memoryLimit,
        addressSpaceLimit, cpuTimeLimit, openFilesLimit, coreSizeLimit, cgroup,
    ]

    // MARK: Coming and going
    static let onTerm = SettingKey<TerminationRule>(
        "on_term", .choice, "whether SIGTERM stops the running task or lets it finish")
    static let restartExitCode = SettingKey(
        "restart_exit_code", .number(1...255), "the exit code that asks the service manager for a restart",
        otherwise: "the worker cannot be restarted")
    static let flushTime = SettingKey(
        "flush_time", .duration(), "how long delivering may hold up the agent's end, and the news of a new state")

    static let exitAfterIdle = SettingKey(
        "exit_after_idle", .duration(atLeast: .seconds(1)), "how long the agent stays when there is no task for it",
        otherwise: "for ever")
    static let maxTasks = SettingKey(
        "max_tasks", .number(1...1_000_000), "after how many tasks the agent leaves", otherwise: "never")
    static let ephemeral = SettingKey(
        "ephemeral", .yesOrNo, "whether the agent is a new worker at each start, and leaves nothing on this machine")

    // MARK: Before taking work
    static let requiredPaths = SettingKey(
        "required_paths",
        .requiredPaths("a list of absolute paths with what is needed behind colons, such as [\"/render:mounted:rw\"]"),
        "what has to be there before a task is taken: `PATH`, and behind it `:mounted`, `:r` or `:rw`",
        otherwise: "nothing")
    static let minFreeSpace = SettingKey(
        "min_free_space", .bytes, "how much disk has to be free where the agent and its programs write",
        otherwise: "just enough for logs")

    // MARK: Keeping logs
    static let taskLogLimit = SettingKey(
        "task_log_limit", .bytes, "how much log a task may have before its middle is left out")
    static let spoolLimit = SettingKey("spool_limit", .bytes, "how much disk all logs together may take")
    static let keptTasks = SettingKey(
        "kept_tasks", .number(0...100_000), "how many delivered tasks keep their log on this machine")
    static let keptSize = SettingKey(
        "kept_size", .bytes, "how much disk the logs of delivered tasks may take")

    // MARK: Seeing what it does
    static let logLevel = SettingKey<LogLevelName>("log_level", .choice, "how much the agent says of itself")
    static let logFormat = SettingKey<LogFormatName>(
        "log_format", .choice, "how it says it; “auto” is for the journal under systemd, else for people")
    static let metricsListen = SettingKey(
        "metrics_listen", .address, "where metrics and health are served over HTTP; a port alone is on this machine",
        otherwise: "nowhere")

    /// All of them, in the order of the documentation.
    package static let all: [any AnySettingKey] =
        [managerURL, workerName, taskTypes, stateDirectory] + executors + [
            api, caFile, connectTimeout, requestTimeout, taskPollInterval, runningPollInterval, asleepPollInterval,
        ] + programs + [
            onTerm, restartExitCode, flushTime, exitAfterIdle, maxTasks, ephemeral, requiredPaths, minFreeSpace,
            taskLogLimit, spoolLimit, keptTasks, keptSize,
            logLevel, logFormat, metricsListen,
        ]
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
