import Farm
import FlamencoAPI
import FoundationEssentials
import HTTPServer
import Synchronization
import System

/// A request on its way through the service, with what has to be known to answer it again in the same way.
final class RequestRecord: Sendable {
    @TaskLocal static var current: RequestRecord?

    private struct State {
        var time: Date?
        var seed: UInt64?
        var isWritten: Bool
        /// What a script made of the job that is submitted.
        var authored: Data?
    }

    let request: HTTPRequest
    /// Whether it is answered for the first time.
    let isNew: Bool
    private let state: Mutex<State>

    init(_ request: HTTPRequest) {
        self.request = request
        isNew = true
        state = Mutex(State(isWritten: false))
    }

    /// One that is in the journal already.
    init(_ request: HTTPRequest, again entry: JournalEntry, authored: Data?) {
        self.request = request
        isNew = false
        state = Mutex(
            State(time: entry.time, seed: UInt64(bitPattern: entry.seed), isWritten: true, authored: authored))
    }

    /// What a script made of the job that is submitted: it is kept, for the script may be another one by the time that
    /// the request is answered again.
    var authored: Data? {
        get { state.withLock(\.authored) }
        set { state.withLock { $0.authored = newValue } }
    }

    /// The time of the request: the same for as long as it takes.
    func time(_ now: () -> Date) -> Date {
        state.withLock { state in
            let time = state.time ?? now()
            state.time = time
            return time
        }
    }

    /// What the identities that it makes follow from.
    func seed(_ draw: () -> UInt64) -> UInt64 {
        state.withLock { state in
            let seed = state.seed ?? draw()
            state.seed = seed
            return seed
        }
    }

    /// Whether it still has to be written into the journal; true once.
    func takeTurn() -> Bool {
        state.withLock { state in
            defer { state.isWritten = true }
            return !state.isWritten
        }
    }
}

/// The journal: what changes the farm is written there before, in the order in which it does.
extension Service {
    /// Writes down the request that is about to change the farm.
    func writeDown(_ state: inout State) {
        // An image is no part of the farm.
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

    /// Whether what changes the farm is written down.
    var isJournalled: Bool { state.withLock { $0.journal != nil } }

    private func isImage(_ request: HTTPRequest) -> Bool {
        request.headers["Content-Type"]?.hasPrefix("image/") == true
    }

    /// Does again what changed the farm before.
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
        // What was done once is done again, whichever API is served now.
        _ = await RequestRecord.$current.withValue(record) { await respond(to: request, in: APIDialect.allCases) }
    }

    /// Goes on in a new journal.
    ///
    /// - Returns: the farm as it is at the beginning of that journal.
    func beginJournal(_ journal: StateJournal) -> Farm {
        state.withLock { state in
            state.journal = journal
            return state.farm
        }
    }

    /// Makes what the journal has last over a loss of power.
    ///
    /// - Returns: how many bytes it has, and what went wrong with it.
    func synchroniseJournal() -> (size: Int, failure: SystemError?) {
        let journal = state.withLock(\.journal)
        journal?.synchronise()
        return (journal?.size ?? 0, journal?.failure)
    }
}
