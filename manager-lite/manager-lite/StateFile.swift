import Farm
import FlamencoAPI
import Foundation

/// A file that keeps a farm from one run to the next.
struct StateFile: Sendable {
    let path: String

    /// The farm in the file; absent when there is no file yet.
    ///
    /// - Throws: ``StateFileError`` when it cannot be read.
    func load() throws -> Farm? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StateFileError("cannot read the state file \(path)")
        }
        do {
            return try WireJSON.decode(Farm.self, from: data)
        } catch {
            throw StateFileError(
                "the state file \(path) does not hold a farm of this version of manager-lite, move it away to begin "
                    + "with an empty one: \(error)")
        }
    }

    /// Stores a farm; the file is whole at any moment.
    ///
    /// - Throws: ``StateFileError`` when it cannot be written.
    func store(_ farm: Farm) throws {
        do {
            try WireJSON.encode(farm).write(to: URL(filePath: path), options: .atomic)
        } catch {
            throw StateFileError("cannot write the state file \(path)")
        }
    }
}

/// What is wrong with a state file, in one sentence.
struct StateFileError: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) { self.description = description }
}
