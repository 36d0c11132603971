import CPlatform

/// What a program reads from its standard input: a file without a name, so that nobody ever waits for a program that does
/// not read, and nobody notices one that ends before it has.
enum StandardInput {
    /// A descriptor that gives this text, or nothing; negative, with `errno`, when there is none to be had.
    static func descriptor(giving text: String?) -> Int32 {
        guard var text else { return open("/dev/null", O_RDONLY) }
        let file = anonymousFile()
        guard file >= 0 else { return file }
        let isWritten = text.withUTF8 { bytes in
            var written = 0
            while written < bytes.count {
                let count = retryingInterrupts {
                    Int(write(file, bytes.baseAddress.map { $0 + written }, bytes.count - written))
                }
                guard count > 0 else { return false }
                written += count
            }
            return true
        }
        guard isWritten, lseek(file, 0, SEEK_SET) == 0 else { return -1 }
        return file
    }

    private static func anonymousFile() -> Int32 {
        #if os(Linux)
            return platform_memory_file("standard input")
        #else
            var path = Array("/tmp/flamenco-input.XXXXXX".utf8CString)
            let file = mkstemp(&path)
            if file >= 0 { unlink(path) }
            return file
        #endif
    }
}
