import ExecutorKit
import System

/// The files of a task's frames, as far as they are determined by the command line: before Blender starts, and
/// afterwards.
struct FrameFiles {
    /// The state of a frame's file.
    enum State: Hashable {
        /// It is complete, and was written since the start.
        case new
        /// It is complete, and existed before.
        case old
        case faulty(path: String, PictureFile.Fault)
    }

    private struct Place: Hashable {
        let pattern: OutputPattern
        let frames: Set<Int>
    }

    private let places: [BlenderCommandLine.Request: Place]
    private var before: [String: FileVersion] = [:]
    private let context: CommandContext

    /// Reads the existing files. Empty files with the exact names of frames are removed: a Blender that was killed
    /// leaves them, and one that does not overwrite would consider them done.
    ///
    /// - Parameter keepsEmpty: whether empty files mark frames that another worker is rendering.
    init(of commandLine: BlenderCommandLine, keepsEmpty: Bool, in context: CommandContext) async throws {
        self.context = context
        places = Dictionary(
            commandLine.requests.compactMap { request in
                request.output.map { (request, Place(pattern: $0, frames: Set(request.frames.numbers() ?? []))) }
            }, uniquingKeysWith: { first, _ in first })
        for place in Set(places.values) {
            let files = try await files(of: place)
            let empty = files.filter { $0.value.isEmpty && place.pattern.frame(of: $0.key)?.isExact == true }
            let paths = empty.keys.sorted().map { "\(place.pattern.folder)/\($0)" }
            let removed = keepsEmpty ? [] : try await context.removeEmptyFiles(paths)
            for path in removed { context.log("removed \(path): the file was empty, left by an unfinished render") }
            for (name, version) in files where !removed.contains("\(place.pattern.folder)/\(name)") {
                before["\(place.pattern.folder)/\(name)"] = version
            }
        }
    }

    private func files(of place: Place) async throws -> [String: FileVersion] {
        try await context.versions(in: place.pattern.folder, prefix: place.pattern.commonPrefix) { name in
            place.pattern.frame(of: name).map { place.frames.contains($0.number) } ?? false
                || place.pattern.isVideo(name)
        }
    }

    /// Returns whether the file names of a request are known, and their folder exists on this machine.
    func canTell(_ request: BlenderCommandLine.Request) async throws -> Bool {
        guard let place = places[request] else { return false }
        return try await context.files.statuses(of: [place.pattern.folder]).first.flatMap(\.self)?.kind == .folder
    }

    /// Returns the states of a request's frames, without those that have no file. For a frame with several files, the
    /// worst state of the new ones counts.
    func states(of request: BlenderCommandLine.Request) async throws -> [Int: State] {
        guard let place = places[request] else { return [:] }
        let paths = try await files(of: place).keys.map { "\(place.pattern.folder)/\($0)" }
        var states: [Int: State] = [:]
        for picture in try await context.files.pictures(at: paths.sorted()) {
            guard let frame = place.pattern.frame(of: FilePath.name(of: picture.path))?.number else { continue }
            let isNew = picture.version != before[picture.path]
            let state = picture.fault.map { State.faulty(path: picture.path, $0) } ?? (isNew ? .new : .old)
            switch (states[frame], state) {
            case (.faulty, _), (.new, .old): break
            default: states[frame] = state
            }
        }
        return states
    }

    /// Returns the video of a request: with the given name, or written since the start with that prefix.
    func video(of request: BlenderCommandLine.Request) async throws -> (path: String, isEmpty: Bool)? {
        guard let place = places[request] else { return nil }
        let files = try await files(of: place).filter { place.pattern.isVideo($0.key) }
        let exact = FilePath.name(of: place.pattern.path)
        let name =
            files[exact] == nil
            ? files.filter { before["\(place.pattern.folder)/\($0.key)"] != $0.value }.keys.sorted().first : exact
        return name.map { ("\(place.pattern.folder)/\($0)", files[$0]?.isEmpty ?? true) }
    }

    /// Returns whether the video of a request was written since the start.
    func hasNewVideo(_ request: BlenderCommandLine.Request) async throws -> Bool {
        guard let place = places[request], place.pattern.isVideo else { return false }
        return try await files(of: place).contains { name, version in
            !version.isEmpty && place.pattern.isVideo(name) && before["\(place.pattern.folder)/\(name)"] != version
        }
    }
}
