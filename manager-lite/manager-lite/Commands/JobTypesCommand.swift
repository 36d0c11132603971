import CommandLineOptions
import FlamencoAPI
import Foundation
import JobTypes
import ManagerClient

/// Lists the job types of a manager, checks one in JavaScript, or creates a new one.
struct JobTypesCommand: Subcommand {
    static let name = "job-types"
    static let summary = "Lists the job types of a manager; checks one in JavaScript, or creates one"
    static let operands = "[TYPE | check FILE | new NAME]"
    static let operandCompletion = ValueCompletion.words(["check", "new"])
    static let options = ManagerOption.all + JobOptions.all

    private enum Work {
        case list(type: String?)
        case check(JobTypeCheck)
        case begin(NewFolder)
    }

    private let work: Work
    private let manager: ManagerOption

    init(_ arguments: ParsedArguments) throws {
        manager = try ManagerOption(arguments)
        var operands = arguments.positional[...]
        let first = operands.popFirst()
        let second = operands.popFirst()
        if let surplus = operands.first { throw UsageError("unexpected argument \"\(surplus)\" of \"job-types\"") }
        switch (first, second) {
        case ("check", let file?): work = .check(try JobTypeCheck(of: file, arguments))
        case ("new", let name?): work = .begin(try JobTypeScaffold.folder(for: name))
        case ("check", nil): throw UsageError("\"job-types check\" needs the file of a job type")
        case ("new", nil): throw UsageError("\"job-types new\" needs the name of the job type")
        case (_, let surplus?): throw UsageError("unexpected argument \"\(surplus)\" of \"job-types\"")
        case (let type, nil): work = .list(type: type)
        }
        if case .check = work { return }
        try JobOptions.refuse(arguments, belongingTo: "\"job-types check\"")
    }

    func run() async throws -> Int32 {
        switch work {
        case .check(let check): return try await check.run(asJSON: manager.wantsJSON)
        case .begin(let folder): try begin(folder)
        case .list(nil): try await list()
        case .list(let type?): try await show(type)
        }
        return ExitCode.success
    }

    // MARK: Listing

    private func list() async throws {
        let client = try await manager.client()
        let types = try await client.jobTypes()
        try manager.show(types, in: client.dialect) {
            [["type", "label", "settings"]]
                + types.jobTypes.map { type in
                    [type.name, type.label, type.settings.map(\.usage).joined(separator: " ")]
                }
        }
    }

    private func show(_ name: String) async throws {
        let client = try await manager.client()
        let types = try await client.jobTypes().jobTypes
        guard let type = types.first(where: { $0.name == name }) else {
            throw UnknownJobTypeError(name: name, known: types.map(\.name))
        }
        try manager.show(type, in: client.dialect) { type.settings.table }
    }

    // MARK: Creating

    private func begin(_ folder: NewFolder) throws {
        let path = try folder.write(in: FileManager.default.currentDirectoryPath)
        for file in folder.files { Console.line("wrote \(path)/\(file.name)") }
        Console.lines(
            """
            test it: node \(folder.name)/test.mjs
            serve it: manager-lite serve --job-types \(folder.name)
            """)
    }
}

extension AvailableJobSetting {
    /// The setting as in a usage line: in brackets if it is optional.
    fileprivate var usage: String { required == true && `default` == nil ? key : "[\(key)]" }
}

extension [AvailableJobSetting] {
    /// A table with a row for each.
    var table: [[String]] {
        [["setting", "type", "", "default", "description"]]
            + map { setting in
                [
                    setting.key, setting.subtype.map { "\(setting.type) (\($0))" } ?? "\(setting.type)",
                    setting.required == true ? "required" : "", setting.default?.description ?? "",
                    setting.choices.map { "one of \($0.joined(separator: ", "))" } ?? setting.description ?? "",
                ]
            }
    }
}
