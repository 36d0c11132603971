import Agent
import Foundation
import TestSupport
import Testing

@Suite("The notification protocol of systemd", .timeLimit(.minutes(1)))
struct ServiceNotifierTests {
    @Test("sends one datagram with a line for each message")
    func sends() throws {
        let folder = try TemporaryFolder()
        let listener = try DatagramSocket(path: folder.path("notify"))
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": listener.path], pid: 1)
        notifier.tell(.ready, .status("signed on\nas w1"))
        notifier.tell(.alive)
        #expect(listener.receive() == "READY=1\nSTATUS=signed on␊as w1")
        #expect(listener.receive() == "WATCHDOG=1")
    }

    @Test(
        "has no text in it that systemd takes for a message, or for one that is too long",
        arguments: ["\r\nWATCHDOG=trigger\r\n", "\rREADY=0", "\n", "\u{0}x", String(repeating: "€\r\n", count: 10_000)])
    func hostileText(text: String) throws {
        let folder = try TemporaryFolder()
        let listener = try DatagramSocket(path: folder.path("notify"))
        ServiceNotifier(environment: ["NOTIFY_SOCKET": listener.path], pid: 1).tell(.ready, .status("task a" + text))
        let message = listener.receive()
        #expect(message.unicodeScalars.count { $0.value < 0x20 } == 1, "\(message)")
        #expect(message.hasPrefix("READY=1\nSTATUS=task a"))
        // systemd's NOTIFY_BUFFER_MAX is 4096.
        #expect(message.utf8.count < 4096)
    }

    @Test("never waits for one that does not listen, and tells it the newest when it listens again")
    func fullQueue() throws {
        let folder = try TemporaryFolder()
        let listener = try DatagramSocket(path: folder.path("notify"))
        let notifier = ServiceNotifier(environment: ["NOTIFY_SOCKET": listener.path], pid: 1)
        // More than any socket has room for (unix(7): max_dgram_qlen).
        let number = 5000
        for index in 1...number { notifier.tell(index == number ? .stopping : .alive, .status("task \(index)")) }
        #expect(listener.receive() == "WATCHDOG=1\nSTATUS=task 1")
        notifier.tell(.alive)
        var last = listener.receive()
        while !last.contains("task \(number)") { last = listener.receive() }
        #expect(last == "STOPPING=1\nSTATUS=task \(number)\nWATCHDOG=1")
    }

    @Test("reaches abstract sockets")
    func abstract() throws {
        let listener = try DatagramSocket(path: "@flamenco-test-\(getpid())")
        ServiceNotifier(environment: ["NOTIFY_SOCKET": listener.path], pid: 1).tell(.stopping)
        #expect(listener.receive() == "STOPPING=1")
    }

    @Test("says nothing without a socket, or to one that is gone")
    func nobody() throws {
        let folder = try TemporaryFolder()
        let gone = ServiceNotifier(environment: ["NOTIFY_SOCKET": folder.path("notify")], pid: 1)
        gone.tell(.ready)
        ServiceNotifier(environment: [:], pid: 1).tell(.ready)
        ServiceNotifier(environment: ["NOTIFY_SOCKET": "/" + String(repeating: "x", count: 200)], pid: 1).tell(.ready)
        // What was said to nobody is not said later.
        let listener = try DatagramSocket(path: folder.path("notify"))
        gone.tell(.stopping)
        #expect(listener.receive() == "STOPPING=1")
    }

    @Test(
        "feeds the watchdog twice as often as it asks, when it means this process",
        arguments: [
            (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "7"], Duration.seconds(15)),
            (["WATCHDOG_USEC": "30000000"], .seconds(15)), (["WATCHDOG_USEC": "30000000", "WATCHDOG_PID": "8"], nil),
            (["WATCHDOG_USEC": "0"], nil), ([:], nil),
        ] as [([String: String], Duration?)])
    func watchdog(environment: [String: String], interval: Duration?) {
        let environment = environment.merging(["NOTIFY_SOCKET": "/run/notify"]) { $1 }
        #expect(ServiceNotifier(environment: environment, pid: 7).watchdogInterval == interval)
    }
}
