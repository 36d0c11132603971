import ExecutorKit
import FlamencoAPI
import Foundation
import FoundationEssentials
import HumanText
import Synchronization

/// Creates a preview of an output file of a task, in a format that managers can show.
///
/// PNG and JPEG files that are small enough are used as they are. FFmpeg converts everything else, such as EXR, TIFF or
/// a video. The job names the file, so it is read with the access rights of the job's programs: as their user, and
/// where the operator allows it. FFmpeg runs like all programs, under a supervisor and by the operator's rules, with
/// the lowest priority.
struct PreviewMaker: Sendable {
    /// The maximum size of a file that is sent as it is, in bytes. It is well below what managers accept, because the
    /// previews of a whole farm share the network with its frames.
    static let largest = 4 << 20
    /// The time limit of FFmpeg.
    static let timeLimit = Duration.seconds(60)

    private let programs: ProgramRunner
    private let clock: any Clock<Duration>

    init(programs: ProgramRunner, clock: any Clock<Duration> = ContinuousClock()) {
        var programs = programs
        programs.defaults.nice = 19
        // If memory runs out, it is killed first.
        programs.defaults.oomScoreAdjust = 1000
        programs.defaults.silenceLimit = nil
        programs.defaults.timeLimit = Self.timeLimit
        self.programs = programs
        self.clock = clock
    }

    /// Returns the image of a file.
    ///
    /// - Parameters:
    ///   - path: if relative, it starts at the programs' working directory.
    ///   - variables: environment variables of programs that describe the task.
    /// - Throws: an error whose description is one sentence; `CancellationError`.
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

/// Extracts the JPEG that a program prints on its standard output.
///
/// It is preceded and followed by the lines about the start and the end of the program. These are UTF-8, in which no
/// byte is 0xFF, unlike the first byte of a JPEG and the last but one.
final class PrintedImage: Sendable {
    /// The maximum size of a preview.
    private static let mostBytes = 8 << 20

    private let bytes = Mutex(Data())

    /// The image; nil if there is none, or it is incomplete.
    var jpeg: Data? {
        bytes.withLock { bytes in
            guard bytes.count < Self.mostBytes, let start = bytes.firstRange(of: [0xFF, 0xD8, 0xFF]),
                let last = bytes.lastIndex(of: 0xFF), last + 1 < bytes.endIndex, bytes[last + 1] == 0xD9
            else { return nil }
            return Data(bytes[start.lowerBound...(last + 1)])
        }
    }

    /// Appends a piece of the output.
    func append(_ piece: UnsafeRawBufferPointer) {
        bytes.withLock { $0.append(contentsOf: piece.prefix(Self.mostBytes - $0.count)) }
    }
}
