import FlamencoAPI
import FoundationEssentials

/// What a request sends after its header fields.
enum RequestContent: Sendable {
    case data(Data)
    case update(TaskUpdateText)

    /// The size in bytes.
    var count: Int {
        switch self {
        case .data(let data): data.count
        case .update(let update): update.count
        }
    }

    /// All of it.
    var bytes: [UInt8] {
        switch self {
        case .data(let data): Array(data)
        case .update(let update): Array(update.data)
        }
    }

    /// Returns a reader, from the beginning.
    func reader() -> Reader {
        switch self {
        case .data(let data): .data(data)
        case .update(let update): .update(update.reader())
        }
    }

    /// Reads it piece by piece.
    enum Reader {
        /// What is left.
        case data(Data)
        case update(TaskUpdateText.Reader)

        /// Fills a buffer with the next bytes; returns their number, which is zero at the end.
        mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            switch self {
            case .data(let rest):
                let part = rest.prefix(buffer.count)
                part.copyBytes(to: buffer)
                self = .data(rest.dropFirst(part.count))
                return part.count
            case .update(var reader):
                defer { self = .update(reader) }
                return reader.read(into: buffer)
            }
        }
    }
}
