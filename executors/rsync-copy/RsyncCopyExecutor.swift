import ExecutorKit
import Synchronization

/// `rsync-copy`: copies files and folders with rsync, from this machine or another one.
///
/// Existing files are not copied again, and partial files of a stopped task are continued.
struct RsyncCopyExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// An absolute path, `host:path` (over SSH), `host::module/path` or `rsync://host/module/path`. With a trailing
        /// slash, it stands for the content of the folder.
        let src: String
        /// The folder to copy into; created if it does not exist.
        let dest: String
        /// Patterns of names to exclude.
        let exclude: [String]?
        /// rsync, with or without arguments; if nil, searched in `PATH`.
        let exe: String?
    }

    let commandName = "rsync-copy"
    let taskType = "file-management"

    /// Partial files are kept separately, so that they are not mistaken for complete ones; rsync continues them only
    /// with its delta algorithm, which must be enabled explicitly between folders of one machine.
    private static let options = [
        "--archive", "--partial-dir=.rsync-partial", "--no-whole-file", "--info=progress2", "--no-inc-recursive",
    ]

    func run(_ parameters: Parameters, in context: CommandContext) async throws {
        let source = parameters.src
        if !Self.isRemote(source) { _ = try await context.absolutePath(source, parameter: "src") }
        let destination = try await context.absolutePath(parameters.dest, parameter: "dest")
        try await context.files.makeFolders(destination)

        let excluded = (parameters.exclude ?? []).map { "--exclude=\($0)" }
        var program = try await context.program(
            exe: parameters.exe ?? "rsync",
            Self.options + excluded + ["--", source, destination + "/"])
        // Nobody could answer SSH's questions.
        program.environment["RSYNC_RSH"] = "ssh -o BatchMode=yes"

        let lastMessage = Mutex<String?>(nil)
        let activity = RateLimitedActivity(in: context)
        let result = try await context.run(program) { line in
            switch RsyncOutput(line) {
            case .progress(let progress):
                context.progress(Double(progress.percent) / 100)
                activity.say { "copying: \(progress)" }
            case .message(let text): lastMessage.withLock { $0 = text }
            case nil: break
            }
        }
        activity.finish()
        guard result.end != .exited(status: 0) else { return context.activity("copied \(source)") }
        let reason = lastMessage.withLock(\.self) ?? result.lastLines.last ?? "\(result.end)"
        throw CommandError("cannot copy \(source) to \(destination): \(reason)")
    }

    /// man 1 rsync: a colon before the first slash means another machine. SSH could interpret a name that starts with a
    /// dash as an option.
    private static func isRemote(_ source: String) -> Bool {
        let host = source.prefix { $0 != "/" }
        return host.contains(":") && !host.hasPrefix("-") && !host.hasPrefix(":")
    }
}

/// The meaning of a line of rsync's output.
enum RsyncOutput: Hashable {
    /// The overall progress of rsync.
    struct Progress: Hashable, CustomStringConvertible {
        let percent: Int
        /// As printed by rsync: `31.25MB/s`.
        let speed: String

        /// As text: `42 %, 31.25MB/s`.
        var description: String { "\(percent) %, \(speed)" }
    }

    /// `     32,768  10%   31.25MB/s    0:00:00 (xfr#1, to-chk=0/2)`, from `--info=progress2`.
    case progress(Progress)
    /// A line that may be the reason if rsync fails after it; its last lines are only a summary.
    case message(String)

    /// Parses a line; nil if it has no meaning.
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
