import CommandLineOptions
import FlamencoAPI
import Foundation
import ManagerClient
import Wording

/// Tells what happens on a farm.
struct EventsCommand: Subcommand {
    static let name = "events"
    static let summary = "Tells every change of jobs, tasks and workers, until it is stopped"
    static let options = [
        ManagerOption.manager,
        CommandOption("--follow", help: "has to be given: managers do not tell what happened before"),
        CommandOption("--interval", value: "TIME", help: "how often to ask the manager; else 1s"),
        CommandOption("--json", help: "prints an object for each, a line each"),
    ]

    private let manager: ManagerOption
    private let interval: Duration

    init(_ arguments: ParsedArguments) throws {
        try Self.refuseOperands(arguments)
        manager = try ManagerOption(arguments)
        guard arguments.has("--follow") else {
            throw UsageError("“events” needs --follow: a manager tells what changes, not what happened before")
        }
        let text = arguments.value("--interval") ?? "1s"
        guard let interval = DurationText.parse(text), interval > .zero else {
            throw UsageError("--interval should be a time such as 500ms or 5s, but is “\(text)”")
        }
        self.interval = interval
    }

    /// An event with its time.
    private struct Event: Encodable {
        let time: Timestamp
        let news: FarmNews

        func encode(to encoder: any Encoder) throws {
            try news.encode(to: encoder)
            var container = encoder.container(keyedBy: CodingKeys.self)
            try container.encode(time, forKey: .time)
        }

        private enum CodingKeys: String, CodingKey { case time }
    }

    func run() async throws -> Int32 {
        let client = try await manager.client()
        var before = try await FarmSnapshot(of: client, after: FarmSnapshot())
        Console.note("watching \(client.url)")
        var outage = Outage()
        while true {
            try await Task.sleep(for: interval)
            let after: FarmSnapshot
            do {
                after = try await FarmSnapshot(of: client, after: before)
                outage.end().map(Console.note)
            } catch let error as ManagerError where error.isTransient {
                outage.begin(error).map(Console.note)
                continue
            }
            for news in FarmNews.between(before, after) where !tell(news) { return ExitCode.success }
            before = after
        }
    }

    /// Prints it; gives whether somebody reads.
    private func tell(_ news: FarmNews) -> Bool {
        let now = Timestamp(Date())
        let line: String
        if manager.wantsJSON {
            guard let json = try? WireJSON.encode(Event(time: now, news: news)) else { return true }
            line = VisibleText.json(String(decoding: json, as: UTF8.self))
        } else {
            line = VisibleText.line("\(now.shown) \(news.sentence)")
        }
        return (try? FileHandle.standardOutput.write(contentsOf: Data((line + "\n").utf8))) != nil
    }
}

/// A time in which a manager does not answer, told of once at its beginning and once at its end.
struct Outage {
    private var goesOn = false

    /// What to say of a request without an answer.
    mutating func begin(_ error: ManagerError) -> String? {
        defer { goesOn = true }
        return goesOn ? nil : "\(error); trying again"
    }

    /// What to say of an answer.
    mutating func end() -> String? {
        defer { goesOn = false }
        return goesOn ? "the manager answers again" : nil
    }
}
