/// What a program tells the agent in a line of its output: the messages of Open Job Description
/// (github.com/OpenJobDescription/openjd-specifications, "Stdout/Stderr messages"), and two of Flamenco Agent.
///
/// A message fills a line: its name, a colon and its value. A line that is almost one is log text like any other.
public enum OutputMessage: Hashable, Sendable {
    /// `openjd_progress: 42.5`: how much is done, in percent, from 0 to 100.
    case progress(Double)
    /// `openjd_status: Baking`: what is happening now.
    case status(String)
    /// `openjd_fail: The scene has no camera`: the reason, in case the program fails.
    case failure(String)
    /// `flamenco_output: /renders/0001.png`: a file was written which people may want to see; its absolute path.
    case output(String)
    /// `flamenco_step: 3`: so many steps are done by now.
    case step(Int)

    /// More steps than any task has; a larger number is a mistake.
    private static let mostSteps = 1_000_000

    /// The message in a line; nil when it is none.
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
