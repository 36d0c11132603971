import CommandLineOptions
import FlamencoAPI
import Foundation
import ManagerClient

/// The manager of a command, and the output format.
struct ManagerOption {
    private static let defaultURL = "http://127.0.0.1:8080"

    static let manager = CommandOption(
        "--manager", value: "URL", help: "URL of the manager, any Flamenco 3", default: "\(defaultURL)")
    static let all = [manager, CommandOption("--json", help: "prints JSON")]

    private let url: ManagerURL
    let wantsJSON: Bool

    init(_ arguments: ParsedArguments) throws {
        url = try ManagerURL(arguments.value("--manager") ?? Self.defaultURL)
        wantsJSON = arguments.has("--json")
    }

    /// Creates a client with the API of the manager.
    func client() async throws -> ManagerClient {
        try await ManagerClient(url: url, software: "manager-lite").introduced().client
    }

    /// Prints a value as JSON of the manager, or as a table.
    func show(_ value: some Encodable, in dialect: APIDialect, table: () -> [[String]]) throws {
        if wantsJSON {
            Console.json(try WireJSON.encode(value, in: dialect))
        } else {
            TextTable.lines(table()).forEach { Console.line($0) }
        }
    }
}
