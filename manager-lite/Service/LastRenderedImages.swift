import FlamencoAPI
import Foundation
import FoundationEssentials

/// An image that a task produced.
struct LastRenderedImage: Sendable {
    /// The accepted formats.
    enum Format: String {
        case jpeg = "image/jpeg"
        case png = "image/png"

        /// The first bytes of a file in the format.
        var signature: [UInt8] {
            switch self {
            case .jpeg: [0xFF, 0xD8, 0xFF]
            case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            }
        }

        var fileExtension: String {
            switch self {
            case .jpeg: "jpg"
            case .png: "png"
            }
        }
    }

    /// The sizes in which an image is served, by the suffix of their file names (Flamenco 3).
    enum Size: String, CaseIterable {
        case full = ""
        case small = "-small"
        case tiny = "-tiny"

        /// The maximum dimensions of the image; nil for the original.
        var box: (width: Int, height: Int)? {
            switch self {
            case .full: nil
            case .small: (600, 338)
            case .tiny: (200, 112)
            }
        }
    }

    let format: Format
    let data: Data
    /// The smaller sizes, as far as they were requested.
    fileprivate(set) var scaled: [Size: Data] = [:]
    /// Changes with the image.
    let fingerprint: String

    init(format: Format, data: Data) {
        self.format = format
        self.data = data
        fingerprint = Fingerprint.of(data)
    }

    /// Returns the name of the served file.
    func fileName(_ size: Size) -> String { "last-rendered\(size.rawValue).\(format.fileExtension)" }
}

/// The newest image of each job, within a memory limit: if all together are too large, those that were not updated for
/// longest are removed.
struct LastRenderedImages: Sendable {
    private let limit: Int
    private var images: [String: (image: LastRenderedImage, number: Int)] = [:]
    private var nextNumber = 0
    private(set) var size = 0

    /// Creates an empty collection.
    ///
    /// - Parameter limit: the maximum total size in bytes; the newest image is always kept.
    init(limit: Int = 128 << 20) { self.limit = limit }

    /// Returns the newest image of a job.
    func image(ofJob id: String) -> LastRenderedImage? { images[id]?.image }

    /// The job with the newest image of all.
    var newestJob: String? { images.max { $0.value.number < $1.value.number }?.key }

    /// Replaces the image of a job.
    mutating func put(_ image: LastRenderedImage, forJob id: String) {
        forget(job: id)
        images[id] = (image, nextNumber)
        nextNumber += 1
        size += image.data.count
        while size > limit, images.count > 1, let oldest = images.min(by: { $0.value.number < $1.value.number }) {
            forget(job: oldest.key)
        }
    }

    /// Stores an image in another size, unless there is a newer one.
    mutating func keep(_ data: Data, as size: LastRenderedImage.Size, of fingerprint: String, forJob id: String) {
        guard images[id]?.image.fingerprint == fingerprint else { return }
        images[id]?.image.scaled[size] = data
    }

    mutating func forget(job id: String) {
        guard let old = images.removeValue(forKey: id) else { return }
        size -= old.image.data.count
    }
}

/// Creates smaller images with FFmpeg, if it is installed.
enum ImageScaling {
    /// The time limit of FFmpeg; it ends at the first SIGTERM.
    private static let timeLimit = Duration.seconds(10)

    /// Returns the image, scaled down to a box; nil if that is not possible.
    ///
    /// FFmpeg decodes untrusted data: it has access neither to the network nor to other files.
    static func scale(_ image: Data, like fileExtension: String, into box: (width: Int, height: Int)) async -> Data? {
        let folder = FileManager.default.temporaryDirectory.appending(path: "manager-lite-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: folder) }
        let source = folder.appending(path: "in." + fileExtension)
        let target = folder.appending(path: "out." + fileExtension)
        do {
            try FileManager.default.createDirectory(
                at: folder, withIntermediateDirectories: false, attributes: [.posixPermissions: 0o700])
            try image.write(to: source)
            let box = "w='min(\(box.width),iw)':h='min(\(box.height),ih)'"
            try await run([
                "-nostdin", "-loglevel", "quiet", "-protocol_whitelist", "file", "-f", "image2", "-i", source.path,
                "-frames:v", "1", "-vf", "scale=\(box):force_original_aspect_ratio=decrease", target.path,
            ])
            return try Data(contentsOf: target)
        } catch {
            return nil
        }
    }

    private static func run(_ arguments: [String]) async throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["ffmpeg"] + arguments
        (process.standardInput, process.standardOutput, process.standardError) = (
            FileHandle.nullDevice, FileHandle.nullDevice, FileHandle.nullDevice
        )
        let (ended, end) = AsyncStream<Void>.makeStream()
        process.terminationHandler = { _ in end.finish() }
        try process.run()
        let watch = Task {
            try await Task.sleep(for: timeLimit)
            process.terminate()
        }
        for await _ in ended {}
        watch.cancel()
    }
}
