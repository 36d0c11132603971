// The only place that imports the libc. It is re-exported by System, for its constants and for calls that cannot fail;
// calls that can fail are wrapped in this module, each once, and nothing else reads `errno`.

#if canImport(Glibc)
    @_exported public import Glibc
#else
    @_exported public import Musl
#endif

// Calls under names that methods of the same name do not hide.

func libcRead(_ descriptor: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int) -> Int {
    read(descriptor, bytes, count)
}

func libcWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
    write(descriptor, bytes, count)
}

func libcReceive(_ socket: Int32, _ bytes: UnsafeMutableRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    recv(socket, bytes, count, flags)
}

func libcSend(_ socket: Int32, _ bytes: UnsafeRawPointer?, _ count: Int, _ flags: Int32) -> Int {
    send(socket, bytes, count, flags)
}

func libcClose(_ descriptor: Int32) { _ = close(descriptor) }

func libcListen(_ socket: Int32, _ backlog: Int32) -> Int32 { listen(socket, backlog) }

func libcConnect(_ socket: Int32, _ address: UnsafePointer<sockaddr>, _ length: socklen_t) -> Int32 {
    connect(socket, address, length)
}

func libcRename(_ path: String, _ newPath: String) -> Int32 { rename(path, newPath) }

func libcStatus(_ path: String, _ status: UnsafeMutablePointer<stat>) -> Int32 { stat(path, status) }

func libcPoll(_ descriptors: UnsafeMutablePointer<pollfd>?, _ count: Int, _ milliseconds: Int32) -> Int32 {
    poll(descriptors, nfds_t(count), milliseconds)
}
