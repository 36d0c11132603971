import FlamencoAPI
import FoundationEssentials
import HTTPServer

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

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
    private let descriptor: Int32
    /// How many bytes it has.
    private(set) var size = 0
    /// Why the last entry could not be stored; no more are appended from there on.
    private(set) var failure: SystemError?

    /// Makes a new journal.
    init(creating path: String) throws(SystemError) {
        descriptor = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { throw SystemError(errno) }
    }

    mutating func append(_ entry: JournalEntry, body: Data = Data()) {
        guard failure == nil, var bytes = try? WireJSON.encode(entry) else { return }
        bytes.append(UInt8(ascii: "\n"))
        bytes.append(body)
        do throws(SystemError) {
            try writeAll(bytes, to: descriptor)
            size += bytes.count
        } catch {
            failure = error
        }
    }

    func synchronise() { _ = fsync(descriptor) }

    func close() { _ = closeFile(descriptor) }

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

/// A system call that failed.
struct SystemError: Error, CustomStringConvertible {
    let number: Int32

    init(_ number: Int32) { self.number = number }

    var description: String { String(cString: strerror(number)) }
}

/// Writes all of the bytes.
func writeAll(_ bytes: Data, to descriptor: Int32) throws(SystemError) {
    var failure: SystemError?
    bytes.withUnsafeBytes { bytes in
        var start = 0
        while start < bytes.count, failure == nil {
            let rest = UnsafeRawBufferPointer(rebasing: bytes[start...])
            let count = write(descriptor, rest.baseAddress, rest.count)
            if count >= 0 { start += count } else if errno != EINTR { failure = SystemError(errno) }
        }
    }
    if let failure { throw failure }
}

/// `close(2)`, by a name that the method does not hide.
private func closeFile(_ descriptor: Int32) -> Int32 { close(descriptor) }
