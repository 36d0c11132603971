import FlamencoAPI
import Foundation
import FoundationEssentials

/// An image that a task made.
struct LastRenderedImage: Sendable {
    /// The formats that workers send.
    enum Format: String {
        case jpeg = "image/jpeg"
        case png = "image/png"

        /// What a file in the format begins with.
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

    /// The sizes that an image is served in, by what their file names end in (Flamenco 3).
    enum Size: String, CaseIterable {
        case full = ""
        case small = "-small"
        case tiny = "-tiny"

        /// What the image has to fit in; absent when it is as it came.
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
    /// The smaller sizes, as far as they were asked for.
    fileprivate(set) var scaled: [Size: Data] = [:]
    /// Changes with the image.
    let fingerprint: String

    init(format: Format, data: Data) {
        self.format = format
        self.data = data
        fingerprint = Fingerprint.of(data)
    }

    /// The name of the file that it is served as.
    func fileName(_ size: Size) -> String { "last-rendered\(size.rawValue).\(format.fileExtension)" }
}

/// The newest image of each job, as far as there is room: when all together are too large, those go that have not been
/// renewed for longest.
struct LastRenderedImages: Sendable {
    private let limit: Int
    private var images: [String: (image: LastRenderedImage, number: Int)] = [:]
    private var nextNumber = 0
    private(set) var size = 0

    /// No images.
    ///
    /// - Parameter limit: how many bytes all together may have; the newest is kept whatever it has.
    init(limit: Int = 128 << 20) { self.limit = limit }

    /// The newest image of a job.
    func image(ofJob id: String) -> LastRenderedImage? { images[id]?.image }

    /// The job that has the newest image of all.
    var newestJob: String? { images.max { $0.value.number < $1.value.number }?.key }

    /// Takes the place of the job's image.
    mutating func put(_ image: LastRenderedImage, forJob id: String) {
        forget(job: id)
        images[id] = (image, nextNumber)
        nextNumber += 1
        size += image.data.count
        while size > limit, images.count > 1, let oldest = images.min(by: { $0.value.number < $1.value.number }) {
            forget(job: oldest.key)
        }
    }

    /// Keeps an image in another size, unless there is a newer one.
    mutating func keep(_ data: Data, as size: LastRenderedImage.Size, of fingerprint: String, forJob id: String) {
        guard images[id]?.image.fingerprint == fingerprint else { return }
        images[id]?.image.scaled[size] = data
    }

    mutating func forget(job id: String) {
        guard let old = images.removeValue(forKey: id) else { return }
        size -= old.image.data.count
    }
}

/// Smaller images, made by FFmpeg where there is one.
enum ImageScaling {
    /// How long FFmpeg may take for one; it ends at the first SIGTERM.
    private static let timeLimit = Duration.seconds(10)

    /// The image, no larger than a box; nothing when that cannot be done.
    ///
    /// It is the business of FFmpeg to read what may be any bytes: it has no network and no other files to go to.
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
