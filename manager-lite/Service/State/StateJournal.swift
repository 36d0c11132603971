import FlamencoAPI
import FoundationEssentials
import HTTPServer
import System

/// What changed a farm, with all that follows from outside of the farm, so that it can be done again in the same way.
struct JournalEntry: Codable, Hashable, Sendable {
    /// When it was.
    var time: Date
    /// What new identities follow from.
    var seed: Int64 = 0
    /// The request; without one it was time that went by.
    var method: String?
    /// Whether the manager had stood still before, and heard nobody.
    var stoodStill = false
    var target = ""
    var authorization: String?
    var contentType: String?
    var address = ""
    /// How many bytes the body of the request has, which stands behind the entry, and what they have to add up to.
    var bodySize = 0
    var bodyFingerprint = ""
    /// How many bytes at the end of that are not of the request, but what a script made of the job in it.
    var authoredSize: Int?

    /// The request.
    func request(body: Data) -> HTTPRequest? {
        guard let method else { return nil }
        var headers = HTTPHeaders()
        headers["Authorization"] = authorization
        headers["Content-Type"] = contentType
        return HTTPRequest(method: method, target: target, headers: headers, body: body, remoteAddress: address)
    }
}

extension JournalEntry {
    /// - Parameter body: what stands behind the entry.
    init(_ request: HTTPRequest, time: Date, seed: UInt64, body: Data, authoredSize: Int?) {
        self.init(
            time: time, seed: Int64(bitPattern: seed), method: request.method, target: request.target,
            authorization: request.headers["Authorization"], contentType: request.headers["Content-Type"],
            address: request.remoteAddress, bodySize: body.count, bodyFingerprint: Fingerprint.of(body),
            authoredSize: authoredSize)
    }
}

/// A file of entries in the order in which they changed the farm. What has been appended is there even if the process is
/// killed; ``synchronise()`` makes it last over a loss of power.
///
/// Each entry is a line of JSON, and behind it the body that the line speaks of.
struct StateJournal: Sendable {
    private let file: JournalFile
    /// How many bytes it has.
    private(set) var size = 0
    /// Why the last entry could not be stored; no more are appended from there on.
    private(set) var failure: SystemError?

    /// Makes a new journal.
    init(creating path: String) throws(SystemError) {
        file = try JournalFile(creating: path)
    }

    mutating func append(_ entry: JournalEntry, body: Data = Data()) {
        guard failure == nil, var bytes = try? WireJSON.encode(entry) else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(body)
        do throws(SystemError) {
            try file.append(bytes)
            size += bytes.count
        } catch {
            failure = error
        }
    }

    func synchronise() { file.synchronise() }

    /// The entries of a journal, up to the first that is not whole; nothing when there is none.
    static func entries(at path: String) -> [(entry: JournalEntry, body: Data)]? {
        guard var rest = FileManager.default.contents(atPath: path)?[...] else { return nil }
        var entries: [(JournalEntry, Data)] = []
        while let lineEnd = rest.firstIndex(of: UInt8(ascii: "\n")),
            let entry = try? WireJSON.decode(JournalEntry.self, from: Data(rest[..<lineEnd]))
        {
            let body = rest[(lineEnd + 1)...].prefix(entry.bodySize)
            guard body.count == entry.bodySize, body.isEmpty || Fingerprint.of(body) == entry.bodyFingerprint else {
                break
            }
            entries.append((entry, Data(body)))
            rest = rest[body.endIndex...]
        }
        return entries
    }
}

/// The open file of a journal; closed with its last reference.
private final class JournalFile: Sendable {
    private let descriptor: Descriptor

    init(creating path: String) throws(SystemError) {
        descriptor = try Descriptor(opening: path, [.write, .create, .truncate, .append])
    }

    func append(_ bytes: Data) throws(SystemError) {
        var failure: SystemError?
        bytes.withUnsafeBytes { bytes in
            do throws(SystemError) { try descriptor.writeAll(bytes) } catch { failure = error }
        }
        if let failure { throw failure }
    }

    func synchronise() { try? descriptor.synchronise() }
}
