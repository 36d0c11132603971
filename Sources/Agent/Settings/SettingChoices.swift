package import CommandLineOptions
package import FlamencoAPI

/// What settings are about, in the order of the documentation.
package enum SettingGroup: String, CaseIterable, Sendable {
    case worker = "Worker"
    case manager = "Manager"
    case executors = "Executors"
    case gpus = "GPUs"
    case programs = "Programs"
    case limits = "Limits"
    case sandbox = "Sandbox"
    case leaving = "Starting and stopping"
    case readiness = "Before a task"
    case people = "People at the machine"
    case logs = "Task logs"
    case observing = "Log and metrics"

    /// The heading in help texts and manual pages.
    package var title: String { rawValue }
}

extension OptionValue {
    /// Names of commands, which this program lists for a shell.
    package static let executors = OptionValue("COMMAND,...", completion: .lines(["executors", "--names"]))
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

    /// The API, unless the manager is to be asked.
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
