#if canImport(Glibc)
    import Glibc
#elseif canImport(Musl)
    import Musl
#else
    import Darwin
#endif

/// A thread for what blocks. Unlike Foundation's, it says when the system has no thread to give, where that one would never
/// begin and leave those who wait for it waiting.
package enum DetachedThread {
    /// Starts `body` on a thread of its own; gives the error number when there is none for it.
    package static func start(_ body: @escaping @Sendable () -> Void) -> Int32? {
        let argument = Unmanaged.passRetained(ThreadBody(body)).toOpaque()
        let problem = create(argument)
        if problem == 0 { return nil }
        Unmanaged<ThreadBody>.fromOpaque(argument).release()
        return problem
    }

    private static func create(_ argument: UnsafeMutableRawPointer) -> Int32 {
        #if os(Linux)
            var thread: pthread_t = 0
            let problem = pthread_create(&thread, nil, enterThread, argument)
            if problem == 0 { pthread_detach(thread) }
        #else
            var thread: pthread_t?
            let problem = pthread_create(&thread, nil, enterThread, argument)
            if let thread { pthread_detach(thread) }
        #endif
        return problem
    }
}

private final class ThreadBody: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

#if os(Linux)
    private func enterThread(_ argument: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        if let argument { Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run() }
        return nil
    }
#else
    private func enterThread(_ argument: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer? {
        Unmanaged<ThreadBody>.fromOpaque(argument).takeRetainedValue().run()
        return nil
    }
#endif
