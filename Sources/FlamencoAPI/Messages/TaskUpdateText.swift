public import FoundationEssentials

/// An update of a task as JSON, from log text that is already UTF-8.
///
/// Log text makes an update large. So it is not encoded by Foundation, which is several times slower than all other
/// processing of the log, and it is escaped piece by piece while it is sent, so that there is no copy of the whole.
public struct TaskUpdateText: Sendable {
    /// The size in bytes.
    public let count: Int

    private let head: [UInt8]
    private let log: [UInt8]
    private let tail: [UInt8]

    /// - Parameters:
    ///   - stepsCompleted: only for a dialect with steps.
    ///   - log: valid UTF-8; if it is empty, the update has no log.
    public init(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) {
        var fields: [String] = []
        if let taskStatus { fields.append(#""taskStatus":"# + JSONText.quoted(taskStatus.spelling)) }
        if let activity { fields.append(#""activity":"# + JSONText.quoted(activity)) }
        if let stepsCompleted { fields.append(#""steps_completed":\#(stepsCompleted)"#) }
        if !log.isEmpty { fields.append(#""log":""#) }
        head = Array("{\(fields.joined(separator: ","))".utf8)
        tail = Array((log.isEmpty ? "}" : #""}"#).utf8)
        self.log = log
        count = head.count + log.withUnsafeBytes(JSONText.escapedSize) + tail.count
    }

    /// The whole text.
    public var data: Data {
        var reader = reader()
        var bytes = [UInt8](repeating: 0, count: count)
        bytes.withUnsafeMutableBytes { buffer in
            var filled = 0
            while filled < count {
                filled += reader.read(into: UnsafeMutableRawBufferPointer(rebasing: buffer[filled...]))
            }
        }
        return Data(bytes)
    }

    /// Returns a reader of the text, from its beginning.
    public func reader() -> Reader { Reader(text: self) }

    /// Reads the text piece by piece.
    public struct Reader: Sendable {
        fileprivate let text: TaskUpdateText
        private var position = (head: 0, log: 0, tail: 0)

        fileprivate init(text: TaskUpdateText) { self.text = text }

        /// Fills a buffer with the next bytes.
        ///
        /// - Parameter buffer: at least six bytes, the length of an escape sequence, or as many as are left.
        /// - Returns: the number of bytes: at least one, unless there are no more.
        public mutating func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
            func rest(after count: Int) -> UnsafeMutableRawBufferPointer {
                UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
            }
            var written = Self.copy(text.head, from: &position.head, into: buffer)
            if position.head == text.head.count, position.log < text.log.count {
                let escaped = text.log.withUnsafeBytes {
                    JSONText.escape(UnsafeRawBufferPointer(rebasing: $0[position.log...]), into: rest(after: written))
                }
                position.log += escaped.read
                written += escaped.written
            }
            if position.head == text.head.count, position.log == text.log.count {
                written += Self.copy(text.tail, from: &position.tail, into: rest(after: written))
            }
            return written
        }

        private static func copy(
            _ bytes: [UInt8], from position: inout Int, into buffer: UnsafeMutableRawBufferPointer
        ) -> Int {
            let part = bytes[position...].prefix(buffer.count)
            buffer.copyBytes(from: part)
            position += part.count
            return part.count
        }
    }
}
