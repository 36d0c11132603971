/// Which cgroup the cgroups of programs are made in.
package enum ControlGroupChoice: Hashable, Sendable {
    /// The agent's own, where it is delegated to the agent.
    case automatic
    /// None: programs stay where the agent is.
    case off
    /// This one, which is delegated to the agent and has no processes of its own.
    case path(String)
}

extension ControlGroupChoice {
    /// The one that is named, if one is.
    package var named: String? {
        if case .path(let path) = self { path } else { nil }
    }
}

extension ControlGroupChoice: CustomStringConvertible {
    /// As it is written in the settings; absent when it is neither of the words nor an absolute path.
    package init?(_ text: String) {
        switch text {
        case "auto": self = .automatic
        case "off": self = .off
        default:
            guard text.hasPrefix("/"), !text.utf8.contains(0) else { return nil }
            self = .path(text)
        }
    }

    package var description: String {
        switch self {
        case .automatic: "auto"
        case .off: "off"
        case .path(let path): path
        }
    }
}
