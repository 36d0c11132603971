import CPlatform

/// Threads for blocking work. Unlike Foundation's, they report when the system cannot create a thread, where those
/// would never start and leave their callers waiting.
package enum SystemThread {
    /// Starts `body` on a new thread.
    ///
    /// - Parameter name: the name in tools such as `top -H`, of which the first 15 bytes are used.
    /// - Throws: ``SystemError`` if no thread can be created; `body` then never runs.
    package static func start(_ name: String, _ body: sending @escaping () -> Void) throws(SystemError) {
        let argument = Unmanaged.passRetained(ThreadBody(name: name, run: body))
        var thread = pthread_t()
        let problem = pthread_create(&thread, nil, { enterThread($0) }, argument.toOpaque())
        guard problem == 0 else {
            argument.release()
            throw SystemError(problem)
        }
        pthread_detach(thread)
    }
}

private final class ThreadBody {
    let name: String
    let run: () -> Void

    init(name: String, run: @escaping () -> Void) {
        self.name = name
        self.run = run
    }
}

private func enterThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    guard let argument else { return nil }
    let body = Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue()
    platform_name_thread(body.name)
    body.run()
    return nil
}
