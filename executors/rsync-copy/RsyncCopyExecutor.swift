import ExecutorKit
import Synchronization

/// `rsync-copy`: fetches files and folders with rsync, from this machine or another.
///
/// What is there already is not copied again, and what was copied half when the task was stopped is gone on with.
struct RsyncCopyExecutor: CommandExecutor {
    struct Parameters: Decodable, Sendable {
        /// An absolute path, `host:path` (over SSH), `host::module/path` or `rsync://host/module/path`. With a slash at its
        /// end it stands for what is in the folder.
        let src: String
        /// The folder that it is put into; made if it is missing.
        let dest: String
        /// Patterns of names to leave out.
        let exclude: [String]?
        /// rsync, with or without arguments; searched in `PATH` when absent.
        let exe: String?
    }

    let commandName = "rsync-copy"
    let taskType = "file-management"

    /// Half a file is kept apart, so that nobody takes it for a whole one; rsync goes on with it only when it compares files,
    /// which between folders of one machine it has to be told to do.
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
        // There is nobody who could answer SSH's questions.
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

    /// man 1 rsync: a colon before the first slash means another machine. A name that begins with a dash could be taken for
    /// an option by SSH.
    private static func isRemote(_ source: String) -> Bool {
        let host = source.prefix { $0 != "/" }
        return host.contains(":") && !host.hasPrefix("-") && !host.hasPrefix(":")
    }
}

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
