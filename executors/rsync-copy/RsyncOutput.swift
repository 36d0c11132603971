import ExecutorKit

/// What a line that rsync prints says.
enum RsyncOutput: Hashable {
    /// How far rsync is, of all that it has to do.
    struct Progress: Hashable, CustomStringConvertible {
        let percent: Int
        /// As rsync writes it: `31.25MB/s`.
        let speed: String

        /// For people: `42 %, 31.25MB/s`.
        var description: String { "\(percent) %, \(speed)" }
    }

    /// `     32,768  10%   31.25MB/s    0:00:00 (xfr#1, to-chk=0/2)`, as `--info=progress2` has it.
    case progress(Progress)
    /// A line that, if rsync fails after it, says why; its last words only sum up.
    case message(String)

    /// What the line says; nothing when it says nothing of interest.
    init?(_ line: OutputLine) {
        if line.starts(with: " ") {
            let words = line.text.split(separator: " ")
            guard words.count >= 4, words[1].hasSuffix("%"), let percent = Int(words[1].dropLast()) else { return nil }
            self = .progress(Progress(percent: percent, speed: String(words[2])))
        } else if line.starts(with: "rsync: ") {
            self = .message(String(line.text.dropFirst("rsync: ".count)))
        } else if line.starts(with: "rsync error: ") || line.bytes.isEmpty {
            return nil
        } else {
            self = .message(line.text)
        }
    }
}
