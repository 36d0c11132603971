/// A message from a program to the agent in a line of output: the messages of Open Job Description
/// (github.com/OpenJobDescription/openjd-specifications, "Stdout/Stderr messages"), and two of Flamenco Agent.
///
/// A message fills a line: its name, a colon and its value. A line that is not exactly a message is log text.
public enum OutputMessage: Hashable, Sendable {
    /// `openjd_progress: 42.5`: the progress in percent, from 0 to 100.
    case progress(Double)
    /// `openjd_status: Baking`: the current activity.
    case status(String)
    /// `openjd_fail: The scene has no camera`: the reason, if the program fails.
    case failure(String)
    /// `flamenco_output: /renders/0001.png`: an output file was written; its absolute path.
    case output(String)
    /// `flamenco_step: 3`: the number of steps completed so far.
    case step(Int)

    /// More steps than any task has; a larger number is an error.
    private static let mostSteps = 1_000_000

    /// Parses the message in a line; nil if there is none.
    public init?(_ line: OutputLine) {
        guard line.starts(with: "openjd_") || line.starts(with: "flamenco_") else { return nil }
        let parts = line.text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2 else { return nil }
        let value = parts[1].drop { $0 == " " }
        let text = String(value.reversed().drop { $0 == " " }.reversed())
        guard !text.isEmpty else { return nil }
        switch parts[0] {
        case "openjd_progress":
            guard let percent = Double(text), (0...100).contains(percent) else { return nil }
            self = .progress(percent)
        case "openjd_status": self = .status(text)
        case "openjd_fail": self = .failure(text)
        case "flamenco_output":
            guard text.hasPrefix("/") else { return nil }
            self = .output(text)
        case "flamenco_step":
            guard let count = Int(text), (0...Self.mostSteps).contains(count) else { return nil }
            self = .step(count)
        default: return nil
        }
    }
}
