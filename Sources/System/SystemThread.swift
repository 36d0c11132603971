import CPlatform

/// Threads for what blocks. Unlike Foundation's, they say when the system has none to give, where those would never begin and
/// leave those who wait for them waiting.
package enum SystemThread {
    /// Starts `body` on a thread of its own.
    ///
    /// - Parameter name: what tools show, as `top -H`: of it the first 15 bytes.
    /// - Throws: ``SystemError`` when there is no thread for it; then `body` never runs.
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
