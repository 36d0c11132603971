import ExecutorKit
import FlamencoAPI
import Foundation
import System

/// An output file of a task, as far as its preview is concerned; its format is determined by its content, not by its
/// name.
struct PreviewFile: Sendable {
    /// The complete file, if it can be sent as it is.
    let image: OutputImage?
    /// The arguments with which FFmpeg converts it to a JPEG on standard output.
    let conversion: [String]

    /// The number of bytes to inspect; the headers of EXR files with hundreds of layers are not larger.
    private static let headSize: UInt32 = 256 << 10
    /// The longer side of the JPEG, in pixels.
    private static let longerSide = 1920

    /// Inspects a file.
    ///
    /// - Parameters:
    ///   - files: reads the file with the access rights of the task's programs.
    ///   - largest: the maximum size of an image that is sent as it is, in bytes.
    /// - Throws: an error whose description is one sentence.
    init(at path: String, through files: CommandFiles, largest: Int) async throws {
        guard let start = try await files.read(path, .first(Self.headSize)) else {
            throw PreviewError("it no longer exists")
        }
        guard let head = start.pieces.first.map({ Data($0) }) else { throw PreviewError("it is not a file") }
        let format = ImageFormat(firstBytes: head)
        if let format, start.status.size <= largest {
            var data = head
            if head.count == Int(Self.headSize) {
                let rest = FilePiece(offset: Int64(head.count), count: UInt32(largest + 1 - head.count))
                data += try await files.read(path, rest)?.pieces.first ?? []
            }
            if data.count <= largest {
                image = OutputImage(format: format, data: data)
                conversion = []
                return
            }
        }
        image = nil
        conversion = Self.conversion(of: path, head: head, format: format)
    }

    /// Returns the arguments for FFmpeg.
    private static func conversion(of path: String, head: Data, format: ImageFormat?) -> [String] {
        let size = "scale=w='min(\(longerSide),iw)':h='min(\(longerSide),ih)':force_original_aspect_ratio=decrease"
        // A file may refer to others, as playlists do; those on other hosts must not be read.
        return ["-nostdin", "-hide_banner", "-loglevel", "fatal", "-protocol_whitelist", "file"]
            + reading(head, format) + ["-i", "file:" + path]
            + ["-frames:v", "1", "-an", "-vf", size, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "4"]
            + ["-f", "image2pipe", "pipe:1"]
    }

    /// Returns the input options: the format by content, so that FFmpeg does not interpret the name as a pattern.
    private static func reading(_ head: Data, _ format: ImageFormat?) -> [String] {
        switch format {
        case .png: return ["-f", "png_pipe"]
        case .jpeg: return ["-f", "jpeg_pipe"]
        case nil: break
        }
        if let header = EXRHeader(head) {
            // Renders are linear; without this option they would look too dark.
            return ["-f", "exr_pipe", "-apply_trc", "iec61966_2_1"]
                + (header.layer.map { ["-layer", $0] } ?? [])
        }
        let isTIFF = head.starts(with: [0x49, 0x49, 0x2A, 0]) || head.starts(with: [0x4D, 0x4D, 0, 0x2A])
        return isTIFF ? ["-f", "tiff_pipe"] : []
    }
}
