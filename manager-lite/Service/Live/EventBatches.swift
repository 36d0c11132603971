import FlamencoAPI
import FoundationEssentials

/// An event for clients that watch: a name, and a line of JSON.
struct FeedEvent {
    let name: String
    let json: String

    init(_ name: String, _ value: some Encodable) {
        self.name = name
        json = (try? WireJSON.encode(value, in: .v3)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

/// The sent events in batches, as far back as they are kept: clients that were disconnected for a moment get what they
/// missed.
///
/// The ID of a batch consists of an ID of the manager's start and a number, and is sent with the last event of the
/// batch, so that a client has all of it or requests all of it again.
struct EventBatches {
    /// The maximum size in bytes of a batch, and of all kept batches: a larger backlog would exceed the output limit of
    /// a client. Clients that need more load the whole farm again.
    private static let limit = 192 << 10

    private let start: String
    private var number = 0
    private var kept: [String] = []
    private var keptBytes = 0

    /// Creates an empty list.
    ///
    /// - Parameter start: identifies this start of the manager.
    init(start: String) { self.start = start }

    /// The ID of the last batch.
    var id: String { "\(start)-\(number)" }

    /// Adds a batch; returns it in the form in which it is sent.
    mutating func add(_ events: [FeedEvent]) -> String {
        number += 1
        var text = Self.text(events, id: id)
        if text.utf8.count > Self.limit { text = reset }
        kept.append(text)
        keptBytes += text.utf8.count
        while keptBytes > Self.limit { keptBytes -= kept.removeFirst().utf8.count }
        return text
    }

    /// Records a change that is in no batch: the batches before do not lead to the current state.
    mutating func breakOff() {
        number += 1
        kept = []
        keptBytes = 0
    }

    /// Returns the first events of a client that has everything up to `last`: what it missed, or a request to load the
    /// whole farm.
    func beginning(after last: String?) -> String {
        guard let last else { return "id: \(id)\n\n" }
        let parts = last.split(separator: "-")
        guard parts.count == 2, parts[0] == start, let known = Int(parts[1]), known <= number,
            known >= number - kept.count
        else { return reset }
        return "id: \(id)\n\n" + kept.suffix(number - known).joined()
    }

    private var reset: String { Self.text([FeedEvent("reset", [String: String]())], id: id) }

    private static func text(_ events: [FeedEvent], id: String) -> String {
        var text = ""
        for (index, event) in events.enumerated() {
            if index == events.count - 1 { text += "id: \(id)\n" }
            text += "event: \(event.name)\ndata: \(event.json)\n\n"
        }
        return text
    }
}
