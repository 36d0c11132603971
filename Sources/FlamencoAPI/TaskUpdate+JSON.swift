public import FoundationEssentials

// Log text makes an update large, so it does not go through the encoder of Foundation, which is several times slower than
// everything else that happens to it.

extension TaskUpdate {
    /// An update as JSON, from log text that is UTF-8 already.
    ///
    /// - Parameters:
    ///   - stepsCompleted: only for a dialect that has steps.
    ///   - log: valid UTF-8; when it is empty, the update says nothing of a log.
    public static func json(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil,
        log: UnsafeBufferPointer<UInt8>
    ) -> Data {
        var bytes: [UInt8] = []
        // Room for an escape every four bytes, which few logs exceed; room that is not used costs nothing.
        bytes.reserveCapacity(log.count + log.count / 4 + (activity?.utf8.count ?? 0) + 128)
        func append(_ name: StaticString, _ appendText: () -> Void) {
            bytes.append(UInt8(ascii: bytes.isEmpty ? "{" : ","))
            name.withUTF8Buffer { bytes.append(contentsOf: $0) }
            appendText()
        }
        if let taskStatus { append(#""taskStatus":"#) { JSONText.appendQuoted(taskStatus.spelling, to: &bytes) } }
        if let activity { append(#""activity":"#) { JSONText.appendQuoted(activity, to: &bytes) } }
        if let stepsCompleted { append(#""steps_completed":"#) { bytes += String(stepsCompleted).utf8 } }
        if !log.isEmpty {
            append(#""log":""#) { JSONText.appendEscaped(log, to: &bytes) }
            bytes.append(UInt8(ascii: "\""))
        }
        bytes.append(contentsOf: bytes.isEmpty ? "{}".utf8 : "}".utf8)
        return Data(bytes)
    }

    /// An update as JSON, from log text that is UTF-8 already.
    ///
    /// - Parameters:
    ///   - stepsCompleted: only for a dialect that has steps.
    ///   - log: valid UTF-8; when it is empty, the update says nothing of a log.
    public static func json(
        taskStatus: TaskStatus? = nil, activity: String? = nil, stepsCompleted: Int? = nil, log: [UInt8] = []
    ) -> Data {
        log.withUnsafeBufferPointer {
            json(taskStatus: taskStatus, activity: activity, stepsCompleted: stepsCompleted, log: $0)
        }
    }
}
