/// Something that a running command says.
package enum CommandEvent {
    /// This command of the task begins; numbers count from 1.
    case began(name: String, number: Int, count: Int)
    /// Bytes for the log of the task, as they are. They are valid only while the event is handled.
    case log(UnsafeRawBufferPointer)
    /// What is happening now, in one line; takes the place of the line before.
    case activity(String)
    /// How much of the command is done, from 0 to 1; the activity says it in words.
    case progress(Double)
    /// One more step of the task is done.
    case stepCompleted
    /// A file was written which people may want to see.
    case output(String)
}

/// Where everything goes that running commands say.
///
/// Events can arrive on any thread. A handler must return quickly and must not wait for the network.
package struct CommandSink: Sendable {
    private let handle: @Sendable (CommandEvent) -> Void

    /// A sink whose events are handled by `handle`.
    package init(_ handle: @escaping @Sendable (CommandEvent) -> Void) { self.handle = handle }

    /// Throws everything away.
    package static let discarding = CommandSink { _ in }

    /// A sink for the bytes of the log alone.
    package static func log(_ handle: @escaping @Sendable (UnsafeRawBufferPointer) -> Void) -> CommandSink {
        CommandSink { if case .log(let bytes) = $0 { handle(bytes) } }
    }

    /// Hands over what a command says.
    package func send(_ event: CommandEvent) { handle(event) }

    /// Appends a line to the log.
    package func log(line: String) {
        var line = line + "\n"
        line.withUTF8 { handle(.log(UnsafeRawBufferPointer($0))) }
    }
}
