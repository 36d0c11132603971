import Synchronization
import System

/// Tells the service manager how the agent is: one datagram a message to the socket that `NOTIFY_SOCKET` names
/// (sd_notify(3), "Notes"). Without such a socket it says nothing.
///
/// It never waits: what a service manager that does not keep up has no room for is told with the next message.
package struct ServiceNotifier: Sendable {
    /// What there is to tell.
    package enum Message: Hashable, Sendable {
        /// The agent is up.
        case ready
        /// The agent is on its way out.
        case stopping
        /// What the agent does, for `systemctl status`.
        case status(String)
        /// The agent is alive (`WatchdogSec`).
        case alive

        /// systemd ignores a datagram of more than 4,096 bytes, and all that is in it.
        private static let longestStatus = 2048

        var text: String {
            switch self {
            case .ready: "READY=1"
            case .stopping: "STOPPING=1"
            case .status(let text): "STATUS=" + VisibleText.line(text, mostBytes: Self.longestStatus)
            case .alive: "WATCHDOG=1"
            }
        }
    }

    /// How often the service manager wants to hear that the agent is alive; half of the time after which it gives up.
    package let watchdogInterval: Duration?
    private let address: String?
    private let unsent = Unsent()

    /// What there was no room for.
    private final class Unsent: Sendable {
        let messages = Mutex<[Message]>([])
    }

    /// - Parameters:
    ///   - environment: the environment of the process.
    ///   - pid: this process, which the watchdog has to be meant for.
    package init(environment: [String: String], pid: Int32) {
        address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(pid) } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdogInterval = isForUs && address != nil ? interval.map { .microseconds($0 / 2) } : nil
    }

    /// Tells it; a service manager that does not listen is not an error.
    package func tell(_ messages: Message...) {
        unsent.messages.withLock { unsent in
            // Being alive is a matter of the moment.
            let all = unsent.filter { $0 != .alive } + messages
            unsent = send(all.map(\.text).joined(separator: "\n")) ? [] : all.newest
        }
    }

    /// Sends a datagram; false when there is no room for it now.
    private func send(_ text: String) -> Bool {
        guard let address = address.flatMap(UnixAddress.init) else { return true }
        do throws(SystemError) {
            try address.send(datagram: text)
            return true
        } catch {
            return !error.wouldBlock && error.number != ENOBUFS
        }
    }
}

extension [ServiceNotifier.Message] {
    /// Without those whose place a later one takes.
    fileprivate var newest: Self {
        enumerated().filter { index, message in
            guard case .status = message else { return !self[(index + 1)...].contains(message) }
            return !self[(index + 1)...].contains { if case .status = $0 { true } else { false } }
        }.map(\.element)
    }
}
