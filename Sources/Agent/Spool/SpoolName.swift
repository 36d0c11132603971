import FoundationEssentials

/// The name of a task's folder: "20260131T120000.123Z-<task>", in the order of time.
enum SpoolName {
    private static let stampLength = 20

    /// - Parameter time: in milliseconds since 1970.
    static func of(taskID: String, at time: Int) -> String {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
        let stamp = Date(timeIntervalSince1970: Double(time) / 1000 + 0.0002).formatted(style)
        // The manager is not trusted to give a name that is good for a file.
        let task = taskID.unicodeScalars.prefix(100).map { scalar -> Swift.Character in
            let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || scalar.properties.numericType != nil)
            return isPlain || scalar == "-" ? Swift.Character(scalar) : "_"
        }
        return stamp + "-" + String(task)
    }

    /// The time of a name, in milliseconds since 1970.
    static func time(of name: String) -> Int? {
        let style = Date.ISO8601FormatStyle(
            dateSeparator: .omitted, timeSeparator: .omitted, includingFractionalSeconds: true)
        guard let date = try? style.parse(String(name.prefix(stampLength))) else { return nil }
        return Int((date.timeIntervalSince1970 * 1000).rounded())
    }
}
