/// An event of a running command.
package enum CommandEvent {
    /// This command of the task starts; numbers count from 1.
    case began(name: String, number: Int, count: Int)
    /// Bytes for the log of the task, unchanged. They are valid only while the event is handled.
    case log(UnsafeRawBufferPointer)
    /// The current activity, in one line; replaces the previous one.
    case activity(String)
    /// The completed fraction of the command, from 0 to 1; the activity describes it in words.
    case progress(Double)
    /// A step of the task is completed.
    case stepCompleted
    /// An output file was written.
    case output(String)
}

/// Receives the events of running commands.
///
/// Events can arrive on any thread. A handler must return quickly and must not wait for the network.
package struct CommandSink: Sendable {
    private let handle: @Sendable (CommandEvent) -> Void

    /// Creates a sink whose events are handled by `handle`.
    package init(_ handle: @escaping @Sendable (CommandEvent) -> Void) { self.handle = handle }

    /// Discards everything.
    package static let discarding = CommandSink { _ in }

    /// Returns a sink that only handles bytes of the log.
    package static func log(_ handle: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) -> CommandSink {
        CommandSink { if case .log(let bytes) = $0 { handle(bytes) } }
    }

    /// Passes on an event.
    package func send(_ event: CommandEvent) { handle(event) }

    /// Appends a line to the log.
    package func log(line: String) {
        var line = line + "\n"
        line.withUTF8 { handle(.log(UnsafeRawBufferPointer($0))) }
    }
}
