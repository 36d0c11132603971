import CommandLineOptions
import Foundation
import HumanText
import Service
import TestSupport

let options = [
    CommandOption("--minutes", value: "N", help: "how long agents are killed; else 3"),
    CommandOption("--agents", value: "N", help: "how many there are; else 3"),
    CommandOption("--seed", value: "N", help: "what all random choices follow from; else one that is printed"),
]

func number<Value: LosslessStringConvertible>(_ name: String, else usual: Value) throws -> Value {
    guard let text = try ParsedArguments(CommandLine.arguments.dropFirst(), options: options).value(name) else {
        return usual
    }
    guard let value = Value(text) else { throw UsageError("\(name) should be a number, but is \"\(text)\"") }
    return value
}

signal(SIGPIPE, SIG_IGN)
let programs = StartedPrograms()
let signals = TerminationSignals { name in
    Task {
        await programs.endAll()
        Console.line("soak: ended by \(name)")
        exit(1)
    }
}
do {
    let minutes = try number("--minutes", else: 3.0)
    let seed = try number("--seed", else: UInt64.random(in: 0..<1_000_000))
    let folder = try TemporaryFolder()
    Console.line("soak of \(DurationText.text(.seconds(minutes * 60))), --seed \(seed), in \(folder.url.path)")
    var soak = try await Soak(
        agents: try number("--agents", else: 3), seed: seed, folder: folder, programs: programs)
    do {
        try await soak.run(for: .seconds(minutes * 60))
    } catch {
        soak.report.problems.append("\(error)")
    }
    await programs.endAll()
    Console.lines("\(soak.report)")
    soak.report.problems.forEach { Console.line($0) }
    guard soak.report.problems.isEmpty else {
        Console.line("what the agents said, what was printed and what arrived is kept in \(folder.url.path)")
        exit(1)  // Leaves the folder: nothing is taken apart.
    }
    withExtendedLifetime((folder, signals)) {}
} catch {
    await programs.endAll()
    FileHandle.standardError.write(Data("soak: \(error)\n".utf8))
    exit(error is UsageError ? ExitCode.usage : 1)
}
