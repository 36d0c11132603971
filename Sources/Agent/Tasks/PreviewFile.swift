import ExecutorKit
import FlamencoAPI
import Foundation
import System

/// A file that a task made, as far as a preview of it needs to know; what it is, its content says, not its name.
struct PreviewFile: Sendable {
    /// All of it, when it can be shown as it is.
    let image: OutputImage?
    /// What FFmpeg has to be told to make a JPEG of it that it prints.
    let conversion: [String]

    /// Bytes to look at; the headers of EXR files with hundreds of layers are not larger.
    private static let headSize: UInt32 = 256 << 10
    /// The longer side of the JPEG, in pixels.
    private static let longerSide = 1920

    /// Looks at a file.
    ///
    /// - Parameters:
    ///   - files: reads it as the programs of the task could.
    ///   - largest: the most bytes of an image to be shown as it is.
    /// - Throws: an error that says in one sentence why it cannot be looked at.
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

    /// The arguments for FFmpeg.
    private static func conversion(of path: String, head: Data, format: ImageFormat?) -> [String] {
        let size = "scale=w='min(\(longerSide),iw)':h='min(\(longerSide),ih)':force_original_aspect_ratio=decrease"
        // A file may name others, as playlists do; those on other machines are out of reach.
        return ["-nostdin", "-hide_banner", "-loglevel", "fatal", "-protocol_whitelist", "file"]
            + reading(head, format) + ["-i", "file:" + path]
            + ["-frames:v", "1", "-an", "-vf", size, "-pix_fmt", "yuvj420p", "-c:v", "mjpeg", "-q:v", "4"]
            + ["-f", "image2pipe", "pipe:1"]
    }

    /// How the file is to be read: by its content, and not by a name in which FFmpeg might see a pattern for many.
    private static func reading(_ head: Data, _ format: ImageFormat?) -> [String] {
        switch format {
        case .png: return ["-f", "png_pipe"]
        case .jpeg: return ["-f", "jpeg_pipe"]
        case nil: break
        }
        if let header = EXRHeader(head) {
            // Renders are linear; without this they would look too dark.
            return ["-f", "exr_pipe", "-apply_trc", "iec61966_2_1"]
                + (header.layer.map { ["-layer", $0] } ?? [])
        }
        let isTIFF = head.starts(with: [0x49, 0x49, 0x2A, 0]) || head.starts(with: [0x4D, 0x4D, 0, 0x2A])
        return isTIFF ? ["-f", "tiff_pipe"] : []
    }
}
