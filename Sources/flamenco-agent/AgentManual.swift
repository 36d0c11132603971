import Agent
import CommandLineOptions
import System

extension ManualText {
    /// What the manual page of flamenco-agent has besides commands and options.
    static var agent: ManualText {
        var manual = ManualText(version: Software.nameAndVersion)
        manual.topicTitle = "setting"
        manual.description = [
            "`flamenco-agent` registers with a Flamenco Manager as a worker, asks for tasks, runs their commands, and sends the"
                + " manager their output. It keeps logs and results on disk until the manager has them, and ends all processes of"
                + " a task with it.",
            "Each setting can be given on the command line (`--memory-limit`), in the environment"
                + " (`FLAMENCO_AGENT_MEMORY_LIMIT`) or in the settings file (`memory_limit`). The command line overrides the"
                + " environment, and the environment overrides the file. `flamenco-agent help memory_limit` explains a setting.",
        ]
        manual.files = [
            (
                SettingsFile.usualPath,
                "Settings of this machine, in JSON5. `flamenco-agent check-config --init` prints a template."
            ),
            (
                "~/.config/flamenco-agent/settings.json5",
                "Settings of a user. If it exists, the file in /etc is not read."
            ),
            (
                "/etc/flamenco-agent/NAME.json5",
                "Settings of the service flamenco-agent@NAME, where several agents share a machine."
            ),
            ("/etc/flamenco-agent/executors.d", "Executors of this machine, a folder for each."),
            (
                StateDirectory.ofService,
                "State of the service: credentials.json (the worker's identity and secret), manager.json (the accepted manager),"
                    + " spool (logs and results), status.sock (for `status` and `pause`) and executors."
            ),
            ("~/.local/state/flamenco-agent", "State of an agent that a user starts, unless XDG_STATE_HOME is set."),
        ]
        manual.environment = [
            ("FLAMENCO_AGENT_*", "A setting, as in `FLAMENCO_AGENT_MANAGER_URL`. An unknown name is an error."),
            ("FLAMENCO_AGENT_SETTINGS", "The settings file, as with `--settings`."),
            ("STATE_DIRECTORY", "The state directory unless `state_dir` is set. systemd sets it."),
            ("XDG_CONFIG_HOME, XDG_STATE_HOME, HOME", "Where the settings and the state of a user are."),
            ("TMPDIR", "Where an agent with `--ephemeral` keeps undelivered logs. The default is /tmp."),
            (
                "NOTIFY_SOCKET, WATCHDOG_USEC, JOURNAL_STREAM",
                "Set by systemd: readiness, watchdog and the format of the log."
            ),
            ("http_proxy, https_proxy, no_proxy", "Proxies for requests to the manager, as curl(1) reads them."),
        ]
        manual.exitStatuses = [
            ExitStatus(ExitCode.success, "Done, or stopped as requested."),
            ExitStatus(ExitCode.failure, "Not done."),
            ExitStatus(
                "3, 4", "`status`, `pause` and `resume`: no agent is running; it does not answer, or access is denied."),
            ExitStatus(ExitCode.usage, "The command line is wrong."),
            ExitStatus(ExitCode.internal, "Internal error, or ended by force."),
            ExitStatus(ExitCode.disk, "The disk is full, read-only or broken."),
            ExitStatus(ExitCode.temporary, "`flush`: not everything was delivered."),
            ExitStatus(ExitCode.configuration, "The settings, or what they refer to, cannot be used."),
            ExitStatus("restart_exit_code", "The manager requested a restart; the unit starts the agent again."),
        ]
        manual.seeAlso = ["manager-lite(1)", "systemctl(1)", "journalctl(1)", "blender(1)", "ffmpeg(1)"]
        return manual
    }
}
