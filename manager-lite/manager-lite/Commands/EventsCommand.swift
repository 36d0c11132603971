import CommandLineOptions
import FlamencoAPI
import Foundation
import HumanText
import ManagerClient
import System

/// Prints the events of a farm.
struct EventsCommand: Subcommand {
    static let name = "events"
    static let summary = "Prints changes of jobs, tasks and workers until stopped"
    static let options = [
        ManagerOption.manager,
        CommandOption("--follow", help: "required: managers do not report past events"),
        CommandOption(
            "--interval", value: "DURATION", help: "polling interval for a manager without an event stream",
            default: "1s"),
        CommandOption("--json", help: "prints one JSON object per line"),
    ]

    private let manager: ManagerOption
    private let interval: Duration

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        manager = try ManagerOption(arguments)
        guard arguments.has("--follow") else {
            throw UsageError("\"events\" needs --follow: managers do not report past events")
        }
        let text = arguments.value("--interval") ?? "1s"
        guard let interval = DurationText.parse(text), interval > .zero else {
            throw UsageError("--interval should be a time such as 500ms or 5s, but is \"\(text)\"")
        }
        self.interval = interval
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        Console.note("watching \(client.url)")
        do {
            try await listen(to: client)
        } catch is NoEventStreamError {
            try await ask(client)
        } catch is ReaderLeftError {}
        return ExitCode.success
    }

    /// The reader of the output has exited, as `head` does.
    private struct ReaderLeftError: Error {}

    private func tell(_ event: some Encodable, _ sentence: String, at time: Timestamp) throws(ReaderLeftError) {
        let json = manager.wantsJSON ? try? WireJSON.encode(event) : nil
        let line =
            json.map { VisibleText.json(String(decoding: $0, as: UTF8.self)) }
            ?? VisibleText.line("\(time.shown) \(sentence)")
        do {
            try FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))
        } catch { throw ReaderLeftError() }
    }

    // MARK: Managers with an event stream

    /// An event from manager-lite.
    private struct ToldEvent: Codable {
        let time: Timestamp
        let sentence: String
        let status: String
        let job: String?
        let task: String?
        let worker: String?
    }

    private func listen(to client: ManagerClient) async throws {
        var last: String?
        var outage = Outage()
        while true {
            do {
                for try await event in client.events(after: last) {
                    if let words = outage.end() { Console.note(words) }
                    last = event.id
                    try tell(event)
                }
                throw ManagerError(
                    request: "GET \(client.url)/events", reason: .unreachable("the connection was closed"))
            } catch let error as ManagerError where error.isTransient {
                if let words = outage.begin(error) { Console.note(words) }
            }
            try await Task.sleep(for: interval)
        }
    }

    private func tell(_ event: ServerSentEvent) throws {
        if event.name == "reset" { Console.note("some events were missed") }
        guard event.name == "events",
            let events = try? WireJSON.decode([ToldEvent].self, from: Data(event.data.utf8), in: .v3)
        else { return }
        for event in events { try tell(event, event.sentence, at: event.time) }
    }

    // MARK: Managers that are polled

    /// A change with its time.
    private struct SeenEvent: Encodable {
        let time: Timestamp
        let news: FarmNews

        func encode(to encoder: any Encoder) throws {
            try news.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(time, forKey: .time)
        }

        private enum CodingKeys: String, CodingKey { case time }
    }

    private func ask(_ client: ManagerClient) async throws {
        var before = try await FarmSnapshot(of: client, after: FarmSnapshot())
        Console.note("the manager has no event stream; polling every \(DurationText.text(interval))")
        var outage = Outage()
        while true {
            try await Task.sleep(for: interval)
            let after: FarmSnapshot
            do {
                after = try await FarmSnapshot(of: client, after: before)
                if let words = outage.end() { Console.note(words) }
            } catch let error as ManagerError where error.isTransient {
                if let words = outage.begin(error) { Console.note(words) }
                continue
            }
            let now = Timestamp(Date())
            for news in FarmNews.between(before, after) {
                try tell(SeenEvent(time: now, news: news), news.sentence, at: now)
            }
            before = after
        }
    }
}

/// A period in which a manager does not answer, reported at its beginning and at its end.
struct Outage {
    private var goesOn = false

    /// Returns the message for a request without an answer.
    mutating func begin(_ error: ManagerError) -> String? {
        defer { goesOn = true }
        return goesOn ? nil : "\(error); retrying"
    }

    /// Returns the message for an answer.
    mutating func end() -> String? {
        defer { goesOn = false }
        return goesOn ? "the manager answers again" : nil
    }
}
