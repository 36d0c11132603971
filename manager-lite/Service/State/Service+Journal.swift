import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import Synchronization
import System

/// A request being processed, with what is needed to replay it with the same result.
final class RequestRecord: Sendable {
    @TaskLocal static var current: RequestRecord?

    private struct State {
        var time: Date?
        var seed: UInt64?
        var isWritten: Bool
        /// The job as compiled by a script.
        var authored: Data?
    }

    let request: HTTPRequest
    /// Whether it is processed for the first time.
    let isNew: Bool
    private let state: Mutex<State>

    init(_ request: HTTPRequest) {
        self.request = request
        isNew = true
        state = Mutex(State(isWritten: false))
    }

    /// Creates the record of a request from the journal.
    init(_ request: HTTPRequest, again entry: JournalEntry, authored: Data?) {
        self.request = request
        isNew = false
        state = Mutex(
            State(time: entry.time, seed: UInt64(bitPattern: entry.seed), isWritten: true, authored: authored))
    }

    /// The job as compiled by a script: it is stored, because the script may have changed by the time that the request
    /// is replayed.
    var authored: Data? {
        get { state.withLock(\.authored) }
        set { state.withLock { $0.authored = newValue } }
    }

    /// Returns the time of the request, which remains the same while it is processed.
    func time(_ now: () -> Date) -> Date {
        state.withLock { state in
            let time = state.time ?? now()
            state.time = time
            return time
        }
    }

    /// Returns the seed of the IDs that it creates.
    func seed(_ draw: () -> UInt64) -> UInt64 {
        state.withLock { state in
            let seed = state.seed ?? draw()
            state.seed = seed
            return seed
        }
    }

    /// Returns whether it still has to be written to the journal; true once.
    func takeTurn() -> Bool {
        state.withLock { state in
            defer { state.isWritten = true }
            return !state.isWritten
        }
    }
}

/// The journal: changes of the farm are recorded there before they are made, in order.
extension Service {
    /// Records the request that is about to change the farm.
    func writeDown(_ state: inout State) {
        // An image is not part of the farm.
        guard state.journal != nil, let record = RequestRecord.current, !isImage(record.request), record.takeTurn()
        else {
            return
        }
        let seed = record.seed { state.generator.next() }
        let authored = record.authored
        let body = record.request.body + (authored ?? Data())
        let entry = JournalEntry(record.request, time: now(), seed: seed, body: body, authoredSize: authored?.count)
        state.journal?.append(entry, body: body)
    }

    /// Whether changes of the farm are recorded.
    var isJournalled: Bool { state.withLock { $0.journal != nil } }

    private func isImage(_ request: HTTPRequest) -> Bool {
        request.headers["Content-Type"]?.hasPrefix("image/") == true
    }

    /// Replays an earlier change of the farm.
    func replay(_ entry: JournalEntry, body: Data) async {
        let authoredSize = entry.authoredSize ?? 0
        guard let request = entry.request(body: Data(body.dropLast(authoredSize))) else {
            state.withLock { state in
                if entry.stoodStill { state.farm.listen(from: entry.time) }
                _ = state.farm.sweep(now: entry.time)
            }
            return
        }
        let authored = authoredSize > 0 ? Data(body.suffix(authoredSize)) : nil
        let record = RequestRecord(request, again: entry, authored: authored)
        // A replayed request is accepted, whichever API is served now.
        _ = await RequestRecord.$current.withValue(record) { await respond(to: request, in: APIDialect.allCases) }
    }

    /// Continues with a new journal.
    ///
    /// - Returns: the farm at the beginning of that journal.
    func beginJournal(_ journal: StateJournal) -> Farm {
        state.withLock { state in
            state.journal = journal
            return state.farm
        }
    }

    /// Makes the content of the journal durable across a power loss.
    ///
    /// - Returns: its size in bytes, and the error if it failed.
    func synchroniseJournal() -> (size: Int, failure: SystemError?) {
        let journal = state.withLock(\.journal)
        journal?.synchronise()
        return (journal?.size ?? 0, journal?.failure)
    }
}
