import ExecutorKit
import FlamencoAPI
import Foundation
import FoundationEssentials
import HumanText
import Synchronization

/// Makes an image that a manager can show of a file that a task made.
///
/// PNG and JPEG that are small enough are taken as they are. Anything else, EXR, TIFF or a video, goes through FFmpeg. A job
/// names the file, so it is read as the programs of the job could: as their user, and where the operator allows. FFmpeg runs
/// as all programs do, under a supervisor and by the operator's rules, as nice as can be.
struct PreviewMaker: Sendable {
    /// The most bytes of a file that is sent as it is. It is well below what managers take: previews of a whole farm go
    /// over the network that its frames go over.
    static let largest = 4 << 20
    /// How long FFmpeg may take.
    static let timeLimit = Duration.seconds(60)

    private let programs: ProgramRunner
    private let clock: any Clock<Duration>

    init(programs: ProgramRunner, clock: any Clock<Duration> = ContinuousClock()) {
        var programs = programs
        programs.defaults.nice = 19
        // Should memory run out, it is the first to go.
        programs.defaults.oomScoreAdjust = 1000
        programs.defaults.silenceLimit = nil
        programs.defaults.timeLimit = Self.timeLimit
        self.programs = programs
        self.clock = clock
    }

    /// The image of a file.
    ///
    /// - Parameters:
    ///   - path: counts from where programs start when it is relative.
    ///   - variables: what programs find in their environment about the task.
    /// - Throws: an error that says in one sentence why there is none; `CancellationError`.
    func image(of path: String, _ variables: [String: String] = [:]) async throws -> OutputImage {
        var programs = programs
        programs.defaults.taskVariables.merge(variables) { $1 }
        let path = path.hasPrefix("/") ? path : programs.defaults.workingDirectory + "/" + path
        let files = CommandFiles(programs: programs, clock: clock)
        let file: PreviewFile
        do {
            file = try await PreviewFile(at: path, through: files, largest: Self.largest)
        } catch {
            await files.end()
            throw error
        }
        await files.end()
        if let image = file.image { return image }
        return try await convert(file, programs)
    }

    private func convert(_ file: PreviewFile, _ programs: ProgramRunner) async throws -> OutputImage {
        let printed = PrintedImage()
        let program = Program(
            "ffmpeg", file.conversion, gracePeriod: .seconds(1), timeLimit: Self.timeLimit)
        let result = try await programs.run(program, sink: .log(printed.append))
        guard result.end == .exited(status: 0), let jpeg = printed.jpeg else {
            throw PreviewError("FFmpeg could not convert it: \(result.end)")
        }
        guard jpeg.count <= Self.largest else {
            throw PreviewError("FFmpeg made an image of \(ByteCountText.text(jpeg.count)), which is too large")
        }
        return OutputImage(format: .jpeg, data: jpeg)
    }
}

/// Why there is no image of an output.
struct PreviewError: Error, Hashable, Sendable, CustomStringConvertible {
    /// One sentence without a full stop.
    let description: String

    init(_ description: String) { self.description = description }
}

/// The JPEG that a program prints on its standard output.
///
/// Before and behind it stand the lines about the start and the end of the program. Those are UTF-8, in which no byte is
/// 0xFF, as the first one of a JPEG is, and the last but one.
final class PrintedImage: Sendable {
    /// More than this is no preview.
    private static let mostBytes = 8 << 20

    private let bytes = Mutex(Data())

    /// The image; nil when there is none, or it is not whole.
    var jpeg: Data? {
        bytes.withLock { bytes in
            guard bytes.count < Self.mostBytes, let start = bytes.firstRange(of: [0xFF, 0xD8, 0xFF]),
                let last = bytes.lastIndex(of: 0xFF), last + 1 < bytes.endIndex, bytes[last + 1] == 0xD9
            else { return nil }
            return Data(bytes[start.lowerBound...(last + 1)])
        }
    }

    /// Takes the next piece of what is printed.
    func append(_ piece: UnsafeRawBufferPointer) {
        bytes.withLock { $0.append(contentsOf: piece.prefix(Self.mostBytes - $0.count)) }
    }
}
