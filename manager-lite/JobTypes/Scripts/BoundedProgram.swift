import CPlatform
import Dispatch
import FoundationEssentials

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// A program that takes a text and gives one, within limits. It sees none of the manager's environment, files and
/// descriptors.
struct BoundedProgram {
    /// What came of it.
    struct End {
        var output = Data()
        var errors = Data()
        var outcome = Outcome.exited(0)
    }

    /// How it ended.
    enum Outcome: Hashable, Sendable {
        /// By itself, with this status.
        case exited(Int32)
        /// By this signal.
        case signalled(Int32)
        /// It was killed when its time was over.
        case outOfTime
        /// It was killed since it printed more than it may.
        case tooTalkative
        /// It could not be started; an errno.
        case notStarted(Int32)
    }

    let path: String
    let arguments: [String]
    let environment: [String]
    var input = Data()
    let timeLimit: Duration
    /// How many bytes it may print.
    var mostOutput = 256 << 20

    private static let mostErrors = 64 << 10

    /// Runs it on this thread.
    ///
    /// - Parameter started: is given its process, whose group it leads, and may kill it for as long as this has not
    ///   returned.
    func run(started: (pid_t) -> Void, ending: (pid_t) -> Void) -> End {
        var end = End()
        var sockets: [Int32] = [-1, -1]
        var output: [Int32] = [-1, -1]
        var errors: [Int32] = [-1, -1]
        defer { for descriptor in sockets + output + errors where descriptor >= 0 { _ = systemClose(descriptor) } }
        guard platform_socket_pair(&sockets) == 0, platform_pipe(&output) == 0, platform_pipe(&errors) == 0 else {
            end.outcome = .notStarted(errno)
            return end
        }
        var process: pid_t = 0
        let failure = spawn(&process, input: sockets[1], output: output[1], errors: errors[1])
        Self.close(&sockets[1])
        Self.close(&output[1])
        Self.close(&errors[1])
        guard failure == 0 else {
            end.outcome = .notStarted(failure)
            return end
        }
        started(process)
        let interruption = exchange(input: &sockets[0], output: output[0], errors: errors[0], &end)
        // The whole group, whatever became of the program: it leaves nothing behind.
        kill(-process, SIGKILL)
        ending(process)
        var status: Int32 = 0
        while waitpid(process, &status, 0) == -1 && errno == EINTR {}
        end.outcome =
            interruption
            ?? (platform_exited(status)
                ? .exited(platform_exit_status(status)) : .signalled(platform_ending_signal(status)))
        return end
    }

    private static func close(_ descriptor: inout Int32) {
        _ = systemClose(descriptor)
        descriptor = -1
    }

    private func spawn(_ process: inout pid_t, input: Int32, output: Int32, errors: Int32) -> Int32 {
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        defer { posix_spawn_file_actions_destroy(&actions) }
        for (index, descriptor) in [input, output, errors].enumerated() {
            posix_spawn_file_actions_adddup2(&actions, descriptor, Int32(index))
        }
        #if os(Linux)
            _ = platform_spawn_closing_from(&actions, 3)
            _ = platform_spawn_in_folder(&actions, "/")
        #endif
        var attributes = posix_spawnattr_t()
        posix_spawnattr_init(&attributes)
        defer { posix_spawnattr_destroy(&attributes) }
        var signals = sigset_t()
        sigemptyset(&signals)
        posix_spawnattr_setsigmask(&attributes, &signals)
        sigaddset(&signals, SIGPIPE)
        posix_spawnattr_setsigdefault(&attributes, &signals)
        // A group of its own: Ctrl-C is for the manager, which ends it.
        posix_spawnattr_setpgroup(&attributes, 0)
        posix_spawnattr_setflags(
            &attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETPGROUP))
        let words = ([path] + arguments).map { strdup($0) }
        let variables = environment.map { strdup($0) }
        defer { (words + variables).forEach { free($0) } }
        return posix_spawn(&process, path, &actions, &attributes, words + [nil], variables + [nil])
    }

    /// Writes and reads until both outputs are at their end; gives why it stopped before.
    private func exchange(input: inout Int32, output: Int32, errors: Int32, _ end: inout End) -> Outcome? {
        let deadline = ContinuousClock.now + timeLimit
        var rest = self.input[...]
        var watched = [
            pollfd(fd: input, events: Int16(POLLOUT), revents: 0),
            pollfd(fd: output, events: Int16(POLLIN), revents: 0),
            pollfd(fd: errors, events: Int16(POLLIN), revents: 0),
        ]
        while watched[1].fd >= 0 || watched[2].fd >= 0 {
            let left = deadline - .now
            guard left > .zero else { return .outOfTime }
            let milliseconds = min(left / .milliseconds(1) + 1, 3_600_000)
            guard poll(&watched, 3, Int32(milliseconds)) >= 0 else { continue }
            if watched[0].revents != 0, !Self.send(&rest, to: watched[0].fd) || rest.isEmpty {
                Self.close(&input)
                watched[0].fd = -1
            }
            if watched[1].revents != 0, !Self.read(output, into: &end.output) { watched[1].fd = -1 }
            if watched[2].revents != 0, !Self.read(errors, into: &end.errors) { watched[2].fd = -1 }
            if end.errors.count > Self.mostErrors { end.errors = Data(end.errors.prefix(Self.mostErrors)) }
            if end.output.count > mostOutput { return .tooTalkative }
        }
        return nil
    }

    /// Sends what there is room for; gives whether anybody reads.
    private static func send(_ rest: inout Data.SubSequence, to socket: Int32) -> Bool {
        let count = rest.withUnsafeBytes { bytes in
            bytes.baseAddress.map { platform_send(socket, $0, bytes.count, false) } ?? 0
        }
        if count > 0 { rest = rest.dropFirst(count) }
        return count >= 0 || errno == EAGAIN || errno == EINTR
    }

    /// Reads what is there; gives whether more may come.
    private static func read(_ pipe: Int32, into data: inout Data) -> Bool {
        let count = withUnsafeTemporaryAllocation(byteCount: 256 << 10, alignment: 1) { buffer in
            let count = systemRead(pipe, buffer.baseAddress, buffer.count)
            if count > 0 { data.append(contentsOf: UnsafeRawBufferPointer(rebasing: buffer[..<count])) }
            return count
        }
        return count > 0 || count == -1 && errno == EINTR
    }
}

// `close(2)` and `read(2)`, by names that methods do not hide.
private func systemClose(_ descriptor: Int32) -> Int32 { close(descriptor) }
private func systemRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}
