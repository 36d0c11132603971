import Foundation

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
