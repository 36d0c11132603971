import System

/// What the supervisor should run, and how.
package struct LaunchOrder: Hashable, Sendable {
    /// Another user that the program runs as.
    package struct User: Hashable, Sendable {
        package var id: UInt32
        package var group: UInt32
        package var groups: [UInt32]

        package init(id: UInt32, group: UInt32, groups: [UInt32]) {
            self.id = id
            self.group = group
            self.groups = groups
        }
    }

    /// The I/O priority of the program, if the disk's scheduler supports it (man 2 ioprio_set).
    package enum IOPriority: Hashable, Sendable {
        /// A level of the best-effort class: 0 is the highest priority, 7 the lowest.
        case level(UInt8)
        /// Only when no other program needs the disk.
        case idle
    }

    /// The resource limits of the program; nil means unchanged.
    package struct Limits: Hashable, Sendable {
        package var addressSpace: UInt64?
        package var cpuSeconds: UInt64?
        package var openFiles: UInt64?
        package var coreSize: UInt64?

        package init() {}
    }

    /// A control group (cgroup v2) to create for the tree, and to remove afterwards.
    package struct Group: Hashable, Sendable {
        package var path: String
        package var memoryLimit: UInt64?
        /// The CPU time that the tree may use, as a number of processors.
        package var processorTime: UInt32?
        /// The only processors for the tree, for example `0-3,8`.
        package var processors: String?

        package init(
            path: String, memoryLimit: UInt64? = nil, processorTime: UInt32? = nil, processors: String? = nil
        ) {
            self.path = path
            self.memoryLimit = memoryLimit
            self.processorTime = processorTime
            self.processors = processors
        }
    }

    /// The file to execute; a relative path starts at the working directory.
    package var executable: String
    /// Absolute paths of files that may be executed, or of folders whose content may be; if nil, any file.
    package var allowedExecutables: [String]?
    /// The arguments, starting with the program's own name.
    package var arguments: [String]
    /// `NAME=value`.
    package var environment: [String]
    package var workingDirectory: String
    /// The standard input of the program; if nil, empty.
    package var input: String?
    /// Whether more may come there, by ``AgentMessage/input(_:)``: it is a pipe then, whose end is that of the tree.
    package var keepsInputOpen = false
    /// From SIGTERM to SIGKILL when the tree is told to stop.
    package var gracePeriod: Duration
    /// The total time for descendants after the program has ended: half of it to end by themselves, the rest after
    /// SIGTERM.
    package var leftoverTime: Duration
    package var nice: Int32?
    package var ioPriority: IOPriority?
    /// The numbers of the processors that it may run on; if nil, all.
    package var processors: [UInt32]?
    package var oomScoreAdjust: Int32?
    package var limits = Limits()
    package var user: User?
    package var group: Group?
    /// The access of the program to files and TCP; if nil, all that its user has.
    package var sandbox: Sandbox?
    /// Whether processes of the same user may access the supervisor, as a debugger does.
    package var isDebuggable = false

    package init(
        executable: String, arguments: [String], environment: [String], workingDirectory: String,
        gracePeriod: Duration, leftoverTime: Duration
    ) {
        self.executable = executable
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.gracePeriod = gracePeriod
        self.leftoverTime = leftoverTime
    }
}

extension LaunchOrder {
    func write(to writer: inout ByteWriter) {
        writer.append(executable)
        writer.append(allowedExecutables) { $0.append($1) { $0.append($1) } }
        writer.append(arguments) { $0.append($1) }
        writer.append(environment) { $0.append($1) }
        writer.append(workingDirectory)
        writer.append(input) { $0.append($1) }
        writer.append(keepsInputOpen)
        writer.append(gracePeriod)
        writer.append(leftoverTime)
        writer.append(nice) { $0.append($1) }
        writer.append(ioPriority) { $0.append($1.number) }
        writer.append(processors) { $0.append($1) { $0.append($1) } }
        writer.append(oomScoreAdjust) { $0.append($1) }
        writer.append(limits.addressSpace) { $0.append($1) }
        writer.append(limits.cpuSeconds) { $0.append($1) }
        writer.append(limits.openFiles) { $0.append($1) }
        writer.append(limits.coreSize) { $0.append($1) }
        writer.append(user) { writer, user in
            writer.append(user.id)
            writer.append(user.group)
            writer.append(user.groups) { $0.append($1) }
        }
        writer.append(group) { writer, group in
            writer.append(group.path)
            writer.append(group.memoryLimit) { $0.append($1) }
            writer.append(group.processorTime) { $0.append($1) }
            writer.append(group.processors) { $0.append($1) }
        }
        writer.append(sandbox) { $1.write(to: &$0) }
        writer.append(isDebuggable)
    }

    init(from reader: inout ByteReader) throws {
        executable = try reader.text()
        allowedExecutables = try reader.optional { try $0.list { try $0.text() } }
        arguments = try reader.list { try $0.text() }
        environment = try reader.list { try $0.text() }
        workingDirectory = try reader.text()
        input = try reader.optional { try $0.text() }
        keepsInputOpen = try reader.bool()
        gracePeriod = try reader.duration()
        leftoverTime = try reader.duration()
        nice = try reader.optional { try $0.integer() }
        ioPriority = try reader.optional { try IOPriority(number: $0.integer()) }
        processors = try reader.optional { try $0.list { try $0.integer() } }
        oomScoreAdjust = try reader.optional { try $0.integer() }
        limits.addressSpace = try reader.optional { try $0.integer() }
        limits.cpuSeconds = try reader.optional { try $0.integer() }
        limits.openFiles = try reader.optional { try $0.integer() }
        limits.coreSize = try reader.optional { try $0.integer() }
        user = try reader.optional { reader in
            User(id: try reader.integer(), group: try reader.integer(), groups: try reader.list { try $0.integer() })
        }
        group = try reader.optional { reader in
            Group(
                path: try reader.text(), memoryLimit: try reader.optional { try $0.integer() },
                processorTime: try reader.optional { try $0.integer() },
                processors: try reader.optional { try $0.text() })
        }
        sandbox = try reader.optional { try Sandbox(from: &$0) }
        isDebuggable = try reader.bool()
    }
}

extension LaunchOrder.IOPriority {
    fileprivate var number: UInt8 {
        switch self {
        case .level(let level): level
        case .idle: .max
        }
    }

    fileprivate init(number: UInt8) throws {
        switch number {
        case 0...7: self = .level(number)
        case .max: self = .idle
        default: throw MalformedMessageError("unknown I/O priority \(number)")
        }
    }
}

/// Why a program could not be started: the step that failed, and the system's error.
package struct LaunchError: Error, Hashable, Sendable {
    /// The steps to a running program, in order.
    package enum Step: UInt8, Sendable, CaseIterable {
        case controlGroup, fork, session, input, oomScore, nice, limits, user, workingDirectory, descriptors, execute
        /// The file exists, but its interpreter (`#!` line, dynamic loader) does not.
        case interpreter
        /// The file is not allowed, or was not allowed for long enough to be executed.
        case notAllowed
        /// The file has to be executed by its path, and another user could replace it.
        case untrustedPath
        case processors, ioPriority
        /// The capabilities could not be dropped.
        case privileges
        /// The kernel did not accept the sandbox.
        case sandbox
        /// A path that the sandbox grants leads to the root folder, or to a hidden path.
        case sandboxedPlace
        /// The file could be executed, but not in the sandbox.
        case outsideSandbox
    }

    package var step: Step
    package var errno: Int32

    package init(step: Step, errno: Int32) {
        self.step = step
        self.errno = errno
    }
}
