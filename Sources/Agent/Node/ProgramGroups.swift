package import ExecutorKit
import System

/// The cgroup in which programs get their own groups.
package struct ProgramGroups: Hashable, Sendable {
    /// The folder of the group.
    package let path: String
    /// Whether memory can be limited below it, and out-of-memory events can be observed.
    package private(set) var controlsMemory = false
    /// How programs are restricted to the processors in the settings, besides their affinity.
    package private(set) var processorControl: ProcessorShare.GroupControl?

    /// Creates a value for a group about which nothing else is known.
    package init(path: String) { self.path = path }

    /// The group below its own that the agent moves to: a group with subgroups and the memory controller must not
    /// contain processes itself (Linux, "Control Group v2", "No Internal Process Constraint").
    private static let agentGroup = "agent"

    /// Sets up the group from the settings; returns nil if programs get no groups of their own.
    ///
    /// - Throws: ``ControlGroupError`` if the group in the settings cannot be used, or a memory limit cannot be
    ///   applied.
    package static func open(_ settings: Settings, log: Log) throws(ControlGroupError) -> ProgramGroups? {
        let groups: ProgramGroups?
        var absence = "\"cgroup\" is \"off\""
        switch settings.cgroup {
        case .off: groups = nil
        case .path(let path): groups = try named(path)
        case .automatic:
            do throws(OwnControlGroup.AbsenceError) {
                groups = try own()
            } catch {
                groups = nil
                absence = error.reason
            }
        }
        guard var groups else {
            if settings.memoryLimit != nil { throw ControlGroupError("\"memory_limit\" needs a cgroup: \(absence)") }
            log.debug("programs get no cgroups of their own: \(absence)")
            return nil
        }
        if settings.memoryLimit != nil, !groups.controlsMemory {
            throw ControlGroupError(
                "\"memory_limit\" needs a cgroup with the memory controller, which \(groups.path) does not have")
        }
        var words = groups.controlsMemory ? "" : ", without the memory controller"
        if let cpus = settings.cpus {
            let controller = cpus.groupControl == .time ? "cpu" : "cpuset"
            if ControlGroupFiles(path: groups.path).controlBelow(controller) {
                groups.processorControl = cpus.groupControl
            } else {
                words += ", with \"cpus\" applied by affinity only: the controller \(controller) is not available"
            }
        }
        log.info("programs get cgroups of their own in \(groups.path)\(words)")
        return groups
    }

    private static func named(_ path: String) throws(ControlGroupError) -> ProgramGroups {
        let files = ControlGroupFiles(path: path)
        guard files.processes != nil else {
            throw ControlGroupError("\"cgroup\" should be a cgroup v2, but \(path) is not one")
        }
        guard files.isWritable else {
            throw ControlGroupError("\"cgroup\" should be delegated to the agent's user, who cannot write to \(path)")
        }
        return ProgramGroups(files)
    }

    private static func own() throws(OwnControlGroup.AbsenceError) -> ProgramGroups {
        let own = try OwnControlGroup.find()
        try own.requireDelegation()
        let files = ControlGroupFiles(path: own.path)
        do throws(SystemError) {
            try files.moveThisProcess(below: agentGroup)
        } catch {
            throw OwnControlGroup.AbsenceError(
                reason: "the agent cannot move to \(own.path)/\(agentGroup): \(error)")
        }
        return ProgramGroups(files)
    }

    private init(_ files: ControlGroupFiles) {
        path = files.path
        controlsMemory = files.controlBelow("memory")
    }
}

/// Why the cgroup of the settings cannot be used.
package struct ControlGroupError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    init(_ description: String) { self.description = description }
}

/// In which cgroup the cgroups of programs are created.
package enum ControlGroupChoice: Hashable, Sendable {
    /// In the agent's own group, if it is delegated to the agent.
    case automatic
    /// None: programs stay in the agent's group.
    case off
    /// In this group, which is delegated to the agent and contains no processes.
    case path(String)
}

extension ControlGroupChoice {
    /// The path, if one is set.
    package var named: String? {
        if case .path(let path) = self { path } else { nil }
    }
}

extension ControlGroupChoice: CustomStringConvertible {
    /// Parses the value of the setting; nil if it is neither one of the words nor an absolute path.
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
