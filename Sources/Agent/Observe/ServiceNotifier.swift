import Synchronization
import System

/// Sends notifications to the service manager: one datagram for each message, to the socket in `NOTIFY_SOCKET`
/// (sd_notify(3), "Notes"). Without such a socket it does nothing.
///
/// It never blocks: if the service manager does not keep up, a message is sent together with the next one.
package struct ServiceNotifier: Sendable {
    /// The messages to the service manager.
    package enum Message: Hashable, Sendable {
        /// The agent is ready.
        case ready
        /// The agent is stopping.
        case stopping
        /// What the agent does, for `systemctl status`.
        case status(String)
        /// The agent is alive (`WatchdogSec`).
        case alive

        /// systemd ignores datagrams of more than 4,096 bytes completely.
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

    /// The interval for watchdog messages: half of the time after which the service manager gives up.
    package let watchdogInterval: Duration?
    private let address: String?
    private let unsent = Unsent()

    /// Messages that could not be sent yet.
    private final class Unsent: Sendable {
        let messages = Mutex<[Message]>([])
    }

    /// - Parameters:
    ///   - environment: the environment of the process.
    ///   - pid: this process, which the watchdog must be meant for.
    package init(environment: [String: String], pid: Int32) {
        address = environment["NOTIFY_SOCKET"].flatMap { $0.hasPrefix("/") || $0.hasPrefix("@") ? $0 : nil }
        let isForUs = environment["WATCHDOG_PID"].map { $0 == String(pid) } ?? true
        let interval = environment["WATCHDOG_USEC"].flatMap { Int64($0) }.flatMap { $0 > 0 ? $0 : nil }
        watchdogInterval = isForUs && address != nil ? interval.map { .microseconds($0 / 2) } : nil
    }

    /// Sends messages; a service manager that does not listen is not an error.
    package func tell(_ messages: Message...) {
        unsent.messages.withLock { unsent in
            // Watchdog messages are only valid now.
            let all = unsent.filter { $0 != .alive } + messages
            unsent = send(all.map(\.text).joined(separator: "\n")) ? [] : all.newest
        }
    }

    /// Sends a datagram; returns false if there is no room for it now.
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
    /// The messages without those superseded by a later one.
    fileprivate var newest: Self {
        enumerated().filter { index, message in
            guard case .status = message else { return !self[(index + 1)...].contains(message) }
            return !self[(index + 1)...].contains { if case .status = $0 { true } else { false } }
        }.map(\.element)
    }
}
