import System

/// Names for a file or folder that has to be moved aside: `render-2024-05-31_235959`, then
/// `render-2024-05-31_235959-001`, ….
///
/// The time is that of its last change, in the machine's time zone, like in other Flamenco workers: users look for
/// "what I rendered last night".
package struct AsideName {
    private let name: String
    private let stamp: String

    /// Creates names for a name, or path, and the time of the last change, in seconds since 1970.
    package init(_ name: String, modificationTime: Int64) {
        self.name = name
        var (seconds, parts) = (time_t(modificationTime), tm())
        tzset()
        localtime_r(&seconds, &parts)
        let day = [(parts.tm_year + 1900, 4), (parts.tm_mon + 1, 2), (parts.tm_mday, 2)]
        let time = [parts.tm_hour, parts.tm_min, parts.tm_sec]
        stamp =
            day.map { Self.padded(Int($0.0), $0.1) }.joined(separator: "-") + "_"
            + time.map { Self.padded(Int($0), 2) }.joined()
    }

    /// Returns the name to try after `number` others already existed.
    package func attempt(_ number: Int) -> String {
        "\(name)-\(stamp)" + (number == 0 ? "" : "-\(Self.padded(number, 3))")
    }

    private static func padded(_ number: Int, _ width: Int) -> String {
        let digits = String(number)
        return String(repeating: "0", count: max(0, width - digits.count)) + digits
    }
}
