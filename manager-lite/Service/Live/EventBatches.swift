import FlamencoAPI
import FoundationEssentials

/// Something for those who watch: a name, and a line of JSON.
struct FeedEvent {
    let name: String
    let json: String

    init(_ name: String, _ value: some Encodable) {
        self.name = name
        json = (try? WireJSON.encode(value, in: .v3)).map { String(decoding: $0, as: UTF8.self) } ?? "null"
    }
}

/// The events that were sent, in batches, as far back as they are kept: who was away for a moment gets what it missed.
///
/// The identity of a batch is that of the manager's start and a number, and stands with the last event of the batch, so that
/// a reader has all of it or asks for all of it again.
struct EventBatches {
    /// How many bytes a batch has at most, and all that are kept: a reader is sent no more at once, which would be more than
    /// may wait for it. Whoever needs more looks at the whole farm again.
    private static let limit = 192 << 10

    private let start: String
    private var number = 0
    private var kept: [String] = []
    private var keptBytes = 0

    /// No batches.
    ///
    /// - Parameter start: what tells this start of the manager from all others.
    init(start: String) { self.start = start }

    /// The identity of the last batch.
    var id: String { "\(start)-\(number)" }

    /// Adds a batch; returns it as it is sent.
    mutating func add(_ events: [FeedEvent]) -> String {
        number += 1
        var text = Self.text(events, id: id)
        if text.utf8.count > Self.limit { text = reset }
        kept.append(text)
        keptBytes += text.utf8.count
        while keptBytes > Self.limit { keptBytes -= kept.removeFirst().utf8.count }
        return text
    }

    /// Something happened that is in no batch: what was sent before does not lead to what is now.
    mutating func breakOff() {
        number += 1
        kept = []
        keptBytes = 0
    }

    /// What a reader gets at first that has all up to `last`: what it missed, or word that it has to look at the whole farm.
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
