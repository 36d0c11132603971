import System

/// The standard input of a program: an unnamed file, so that nobody ever waits for a program that does not read, and it
/// does not matter if one ends before it has read everything; or a pipe, if more input is to come.
enum StandardInput {
    /// Makes a pipe, a text, or nothing, the standard input of this process.
    static func replace(by text: String?, or pipe: BorrowedDescriptor?) throws(SystemError) {
        if let pipe {
            try pipe.becomeStandardInput()
        } else if let text {
            try Descriptor.memoryFile("standard input", holding: text).becomeStandardInput()
        } else {
            try Descriptor(opening: "/dev/null", .read).becomeStandardInput()
        }
    }

    /// A pipe whose writer does not wait.
    static func openPipe() throws(SystemError) -> (reader: BorrowedDescriptor, writer: BorrowedDescriptor) {
        var pipe = try SystemPipe()
        pipe.writer.setNonBlocking()
        return (BorrowedDescriptor(pipe.reader.take().release()), BorrowedDescriptor(pipe.writer.take().release()))
    }
}

/// What a program is still to read from a standard input that stays open. Nobody waits for a program that does not read.
struct InputFeed {
    let descriptor: BorrowedDescriptor
    private var waiting: [UInt8]

    init(_ descriptor: BorrowedDescriptor, beginningWith text: String?) {
        self.descriptor = descriptor
        waiting = Array((text ?? "").utf8)
    }

    /// Whether something waits for room in the pipe.
    var isWaiting: Bool { !waiting.isEmpty }

    /// Adds to what the program reads.
    mutating func append(_ text: String) { waiting += text.utf8 }

    /// Writes as much as there is room for.
    mutating func write() {
        do throws(SystemError) {
            waiting.removeFirst(try descriptor.write(waiting))
        } catch {
            // A program that has closed its input reads no more.
            if !error.wouldBlock { waiting = [] }
        }
    }
}
