import System

/// What a program reads from its standard input: a file without a name, so that nobody ever waits for a program that does
/// not read, and nobody notices one that ends before it has.
enum StandardInput {
    /// Has this process read a text, or nothing.
    static func replace(by text: String?) throws(SystemError) {
        if let text {
            try Descriptor.memoryFile("standard input", holding: text).becomeStandardInput()
        } else {
            try Descriptor(opening: "/dev/null", .read).becomeStandardInput()
        }
    }
}
