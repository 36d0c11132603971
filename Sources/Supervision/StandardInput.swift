import System

/// The standard input of a program: an unnamed file, so that nobody ever waits for a program that does not read, and it
/// does not matter if one ends before it has read everything.
enum StandardInput {
    /// Makes a text, or nothing, the standard input of this process.
    static func replace(by text: String?) throws(SystemError) {
        if let text {
            try Descriptor.memoryFile("standard input", holding: text).becomeStandardInput()
        } else {
            try Descriptor(opening: "/dev/null", .read).becomeStandardInput()
        }
    }
}
