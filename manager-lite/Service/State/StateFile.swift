import Dispatch
package import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import Synchronization
import System

/// A file that keeps a farm across restarts, with a journal.
///
/// Everything that a manager answers is in the journal before, so that it survives any end of the process; a power loss
/// costs at most the last seconds. The file itself is rewritten when the journal has grown, and at the end. Both are
/// accessible only to this user, because they contain the credentials of workers.
package final class StateFile: Sendable {
    private struct Progress {
        /// The number of the journal that continues the file.
        var generation = 0
        /// The size of the file in bytes.
        var size = 0
        /// Whether there are changes that are in no journal.
        var isBehind = false
        /// The locked file.
        var lock: LockFile?
    }

    private let path: String
    private let progress = Mutex(Progress())
    private let queue = DispatchQueue(label: "state")

    /// A smaller journal is allowed to grow: its content has to be replayed at the next start, which takes longer than
    /// reading as many bytes of the file.
    private static let smallJournal = 4 << 20

    /// Creates a value for a file that need not exist yet.
    package init(path: String) { self.path = path }

    // MARK: Reading

    /// Locks the file for this manager, and reads the stored farm; nil if the file does not exist yet.
    ///
    /// - Throws: ``StateFileError`` if another manager uses it, or it cannot be read.
    package func load() throws(StateFileError) -> Farm? {
        try lock()
        do throws(SystemError) { _ = try FileStatus(of: path) } catch { if error.isMissing { return nil } }
        guard let data = FileManager.default.contents(atPath: path) else {
            throw StateFileError("cannot read the state file \(path)")
        }
        guard let header = StateHeader(data), let farm = Farm(archive: data[header.end...]) else {
            throw StateFileError(
                "the state file \(path) does not contain a farm of this version of manager-lite; move it away to start "
                    + "with an empty one")
        }
        progress.withLock { $0.generation = header.generation }
        return farm
    }

    /// Locks the file against other managers for as long as this object exists, even if the process is killed (man 2
    /// flock). The file itself is replaced repeatedly, so the lock is on a separate file.
    private func lock() throws(StateFileError) {
        guard progress.withLock({ $0.lock == nil }) else { return }
        let lock: LockFile?
        do throws(SystemError) { lock = try LockFile(path + ".lock") } catch { throw cannotWrite(error) }
        guard let lock else {
            throw StateFileError(
                "the state file \(path) is in use by another manager-lite: stop that one, or use another file")
        }
        progress.withLock { $0.lock = lock }
    }

    private func cannotWrite(_ error: SystemError) -> StateFileError {
        StateFileError("cannot write the state file \(path): \(String(cString: strerror(error.number)))")
    }

    /// Replays later changes with a service whose farm was loaded; from then on all changes are stored.
    ///
    /// - Parameters:
    ///   - rules: the rules from then on.
    ///   - variables: the variables from then on.
    /// - Throws: ``StateFileError`` if it cannot be written.
    package func begin(with service: Service, rules: FarmRules, variables: Variables) async throws {
        var generation = progress.withLock(\.generation)
        while let entries = StateJournal.entries(at: journalPath(generation)) {
            for (entry, body) in entries { await service.replay(entry, body: body) }
            generation += 1
        }
        progress.withLock { $0.generation = generation }
        // Earlier changes are replayed with their original rules.
        service.configure(rules: rules, variables: variables)
        try await onQueue { try self.store(service) }
    }

    // MARK: Writing

    /// Must be called every second: makes recorded changes durable across a power loss, rewrites the file when needed,
    /// and retries what failed before.
    ///
    /// - Throws: ``StateFileError`` if something cannot be stored.
    package func keep(_ service: Service) async throws {
        try await onQueue {
            let (size, failure) = service.synchroniseJournal()
            let isDue = self.progress.withLock { $0.isBehind || size > max(Self.smallJournal, $0.size / 2) }
            if isDue || failure != nil { try self.store(service) }
        }
    }

    /// Writes the file.
    ///
    /// - Throws: ``StateFileError`` if it cannot be written.
    package func end(with service: Service) async throws { try await onQueue { try self.store(service) } }

    /// Starts a new journal and writes the current farm; then removes the old journal.
    private func store(_ service: Service) throws(StateFileError) {
        let old = progress.withLock(\.generation)
        do throws(SystemError) {
            let farm = try service.beginJournal(StateJournal(creating: journalPath(old + 1)))
            // The old journals are needed until the file is written, whatever happens.
            progress.withLock { progress in
                progress.generation = old + 1
                progress.isBehind = true
            }
            let size = try write(farm, generation: old + 1)
            progress.withLock { progress in
                progress.size = size
                progress.isBehind = false
            }
        } catch {
            throw cannotWrite(error)
        }
        var generation = old
        while (try? FileSystem.remove(journalPath(generation))) != nil { generation -= 1 }
    }

    private func write(_ farm: Farm, generation: Int) throws(SystemError) -> Int {
        guard let archive = try? farm.archive() else { throw SystemError(EINVAL) }
        let data = StateHeader.bytes(generation: generation) + archive
        var failure: SystemError?
        data.withUnsafeBytes { bytes in
            do throws(SystemError) { try FileSystem.replace(path, with: bytes) } catch { failure = error }
        }
        if let failure { throw failure }
        return data.count
    }

    private func journalPath(_ generation: Int) -> String { "\(path).journal-\(generation)" }

    private func onQueue(_ work: @escaping @Sendable () throws -> Void) async throws {
        try await withCheckedThrowingContinuation { continuation in
            queue.async { continuation.resume(with: Result(catching: work)) }
        }
    }
}

/// A file that is locked for as long as this object exists.
private final class LockFile: Sendable {
    private let descriptor: Descriptor

    /// Nil if another process holds the lock.
    init?(_ path: String) throws(SystemError) {
        descriptor = try Descriptor(opening: path, [.update, .create])
        guard try descriptor.lock() else { return nil }
    }

    deinit {
        // A program that is being started holds a copy of the descriptor, and thereby the lock, until it is executed.
        descriptor.unlock()
    }
}

/// The first line of a state file: its type, and the number of the journal that continues it.
private struct StateHeader {
    private static let magic = Data("manager-lite farm 1 ".utf8)

    let generation: Int
    /// The offset at which the farm starts.
    let end: Int

    init?(_ data: Data) {
        guard data.starts(with: Self.magic), let lineEnd = data.firstIndex(of: UInt8(ascii: "\n")),
            let generation = Int(String(decoding: data[Self.magic.count..<lineEnd], as: UTF8.self))
        else { return nil }
        self.generation = generation
        end = lineEnd + 1
    }

    static func bytes(generation: Int) -> Data { magic + Data("\(generation)\n".utf8) }
}

/// A problem with a state file, in one sentence.
package struct StateFileError: Error, CustomStringConvertible {
    /// One sentence without a full stop.
    package let description: String

    init(_ description: String) { self.description = description }
}
