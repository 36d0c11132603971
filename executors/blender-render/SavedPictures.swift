import ExecutorKit
import Synchronization

/// Checks every file that Blender reports as saved or skipped, while it continues rendering.
final class SavedPictures: Sendable {
    static let missing = ResultCheck(
        "saved-file-missing", .fail, "a file that Blender reported as saved does not exist")
    static let elsewhere = ResultCheck(
        "saved-file-elsewhere", .warn,
        "the same, but a script may have moved it, or its folder is not on this machine")
    static let empty = ResultCheck("saved-file-empty", .fail, "a file that Blender saved is empty")
    static let cut = ResultCheck(
        "saved-file-cut", .fail, "a PNG, JPEG or OpenEXR file that Blender saved is truncated")
    static let skipped = ResultCheck(
        "skipped-file-incomplete", .fail, "a frame that Blender skipped as existing is empty or truncated")
    static let checks = [missing, elsewhere, empty, cut, skipped]

    private struct File: Sendable {
        let path: String
        let isSkipped: Bool
        let age: @Sendable () -> Duration
    }

    /// How long a file may take to appear on network storage.
    private static let patience = Duration.seconds(3)
    private static let interval = Duration.milliseconds(250)
    /// The maximum difference between the clocks of this machine and its storage, in seconds.
    private static let clockDifference: Int64 = 60

    private let files: AsyncStream<File>
    private let feed: AsyncStream<File>.Continuation
    private let context: CommandContext
    private let hints: ScriptHints
    private let start: Int64
    private let others = Mutex<[String: Set<String>]>([:])

    /// - Parameter start: when the command started, in seconds since 1970.
    init(in context: CommandContext, hints: ScriptHints, start: Int64) {
        (self.context, self.hints, self.start) = (context, hints, start)
        (files, feed) = AsyncStream.makeStream()
    }

    /// Adds a file that was saved, or skipped as existing; returns immediately.
    func add(_ path: String, isSkipped: Bool = false) {
        // A relative path starts at Blender's working directory, or at its scene, which is unknown here.
        guard path.hasPrefix("/"), !path.hasPrefix("//") else { return }
        others.withLock { _ = $0[FilePath.name(of: path), default: []].insert(path) }
        feed.yield(File(path: path, isSkipped: isSkipped, age: context.clock.stopwatch()))
    }

    /// Ends the list of files.
    func finish() { feed.finish() }

    /// Checks one file after another, until the end of the list.
    func look() async throws {
        for await file in files { try await look(at: file) }
        try Task.checkCancellation()
    }

    private func look(at file: File) async throws {
        while true {
            guard let picture = try await context.files.pictures(at: [file.path]).first, let fault = picture.fault
            else {
                return
            }
            if fault == .folderMissing || file.age() >= Self.patience { return try await report(fault, file) }
            try await context.clock.sleep(for: min(Self.interval, Self.patience - file.age()))
        }
    }

    private func report(_ fault: PictureFile.Fault, _ file: File) async throws {
        let sentence = "\(file.path) \(fault.text)"
        if file.isSkipped {
            // Placeholders are frames that another worker is rendering.
            if hints.usePlaceholders, fault == .empty { return }
            // Reported by a Blender whose folders differ from those of this machine.
            let check = fault == .folderMissing || fault == .missing ? Self.elsewhere : Self.skipped
            context.found(check, "frame skipped as existing: \(sentence)")
            return
        }
        switch fault {
        case .folderMissing, .unreadable: context.found(Self.elsewhere, "cannot check \(sentence)")
        case .empty: context.found(Self.empty, sentence)
        case .cut: context.found(Self.cut, sentence)
        case .missing:
            if let place = try await place(of: file.path) {
                context.found(Self.elsewhere, "\(sentence), but \(place) is")
            } else if hints.mayMoveFiles {
                context.found(Self.elsewhere, "\(sentence); a script may have moved it")
            } else {
                context.found(Self.missing, "\(sentence), but Blender reported it as saved")
            }
        }
    }

    /// Returns the new path of a file that was saved at `path`, if it is nearby, or in a folder mentioned by Blender.
    private func place(of path: String) async throws -> String? {
        let named = others.withLock { $0[FilePath.name(of: path)] ?? [] }.subtracting([path])
        for picture in try await context.files.pictures(at: named.sorted()) where picture.fault == nil {
            return picture.path
        }
        return try await context.place(ofMoved: path, notBefore: start - Self.clockDifference)
    }
}
