import FlamencoAPI
import FoundationEssentials
import HTTPServer
import System

/// A change of a farm, with all external inputs, so that it can be replayed with the same result.
struct JournalEntry: Codable, Hashable, Sendable {
    /// The time of the change.
    var time: Date
    /// The seed of new IDs.
    var seed: Int64 = 0
    /// The request; if nil, the change was caused by the passage of time.
    var method: String?
    /// Whether the manager was suspended before, and received no requests.
    var stoodStill = false
    var target = ""
    var authorization: String?
    var contentType: String?
    var address = ""
    /// The size of the request's body, which follows the entry, and its checksum.
    var bodySize = 0
    var bodyFingerprint = ""
    /// How many bytes at the end are not from the request, but the job compiled by a script.
    var authoredSize: Int?

    /// Returns the request.
    func request(body: Data) -> HTTPRequest? {
        guard let method else { return nil }
        var headers = HTTPHeaders()
        headers["Authorization"] = authorization
        headers["Content-Type"] = contentType
        return HTTPRequest(method: method, target: target, headers: headers, body: body, remoteAddress: address)
    }
}

extension JournalEntry {
    /// - Parameter body: the bytes that follow the entry.
    init(_ request: HTTPRequest, time: Date, seed: UInt64, body: Data, authoredSize: Int?) {
        self.init(
            time: time, seed: Int64(bitPattern: seed), method: request.method, target: request.target,
            authorization: request.headers["Authorization"], contentType: request.headers["Content-Type"],
            address: request.remoteAddress, bodySize: body.count, bodyFingerprint: Fingerprint.of(body),
            authoredSize: authoredSize)
    }
}

/// A file of entries in the order in which they changed the farm. Appended entries survive even if the process is
/// killed; ``synchronise()`` makes them durable across a power loss.
///
/// Each entry is a line of JSON, followed by the body that the line describes.
struct StateJournal: Sendable {
    private let file: JournalFile
    /// The size in bytes.
    private(set) var size = 0
    /// Why the last entry could not be stored; no more are appended after it.
    private(set) var failure: SystemError?

    /// Creates a new journal.
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

    /// Returns the entries of a journal, up to the first incomplete one; nil if there is no journal.
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

/// The open file of a journal; closed with the last reference to it.
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
