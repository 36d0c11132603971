// As much of an agent as running programs needs, in a process of its own, so that tests can kill it or look at what it has
// open. What its programs print, it prints.
//
//     stand-in-agent run SUPERVISOR LINE          runs a line of shell
//                                                 with STAND_IN_USER as that user id, with STAND_IN_DEBUG for debuggers
//     stand-in-agent repeat SUPERVISOR COUNT      runs true(1) often, and says what that left behind
//     stand-in-agent become                       resets its signals and becomes nobody, as a process with two threads
//     stand-in-agent release                      lets go of its code, and says how much of it is in memory
//     stand-in-agent open SUPERVISOR LINE         runs a line of shell in a program that stays open, and waits then
//     stand-in-agent repeat-open SUPERVISOR COUNT has so many orders done by programs that stay open, says what that left behind
//     stand-in-agent fork-on                      is no agent, but processes that fork for as long as they live

import ExecutorKit
import Foundation
import System

/// A log on the standard output.
let printing = CommandSink.log { _ = write(1, $0.baseAddress, $0.count) }

let arguments = CommandLine.arguments.dropFirst()

func runner() -> ProgramRunner {
    var defaults = ProgramDefaults(environment: ProcessInfo.processInfo.environment)
    defaults.gracePeriod = .milliseconds(200)
    defaults.workingDirectory = "/"
    defaults.user = (defaults.environment["STAND_IN_USER"].flatMap { UInt32($0) }).map { id in
        ProgramUser(name: "\(id)", id: id, group: id, groups: [id], home: "/")
    }
    defaults.supervisorsAreDebuggable = defaults.environment["STAND_IN_DEBUG"] != nil
    defaults.oomScoreAdjust = 321
    defaults.keepsOpen = KeepOpen(for: .seconds(3600), memory: .max)
    return ProgramRunner(supervisor: arguments.dropFirst().first ?? "", defaults: defaults)
}

func lines(_ path: String) -> [Substring] {
    String(decoding: FileManager.default.contents(atPath: path) ?? Data(), as: UTF8.self).split(separator: "\n")
}

/// The sum of such lines of a list of mappings, in KiB: proc_pid_smaps(5).
func kibibytes(_ name: String, in lines: some Sequence<Substring>) -> Int {
    lines.filter { $0.hasPrefix(name) }.compactMap { $0.split(separator: " ").dropFirst().first.flatMap { Int($0) } }
        .reduce(0, +)
}

/// Descriptors open, KiB of memory that no file has, and children that nobody waited for. Pages of files do not count:
/// whether they are private depends on who else has them open.
func inventory() throws -> (descriptors: Int, memory: Int, zombies: Int) {
    let files = FileManager.default
    let memory = kibibytes("Anonymous:", in: lines("/proc/self/smaps_rollup"))
    let zombies = try files.contentsOfDirectory(atPath: "/proc").filter { name in
        let status = lines("/proc/\(name)/status")
        return status.contains("PPid:\t\(getpid())") && status.contains { $0.hasPrefix("State:\tZ") }
    }
    return (try files.contentsOfDirectory(atPath: "/proc/self/fd").count, memory, zombies.count)
}

/// KiB of this program's own code that are in memory.
func codeInMemory() -> Int {
    let program = (try? FileSystem.target(ofLink: "/proc/self/exe")) ?? ""
    let all = lines("/proc/self/smaps")
    guard let start = all.firstIndex(where: { $0.contains(" r-xp ") && $0.hasSuffix(program) }) else { return 0 }
    return kibibytes("Rss:", in: all[start...].prefix(5))
}

/// Chains of processes, each of which forks the next and ends, and a mother that makes more and more children. None of
/// them stops when asked to.
func forkOn() -> Never {
    signal(SIGTERM, SIG_IGN)
    signal(SIGCHLD, SIG_IGN)
    for chain in 0..<3 where (try? ChildProcess.fork()) == 0 {
        if chain == 0 { setsid() }
        while true {
            if (try? ChildProcess.fork()) != 0 { _exit(0) }
            usleep(200)
        }
    }
    print("ready")
    fflush(nil)
    var children = 0
    while true {
        if children < 150, (try? ChildProcess.fork()) == 0 {
            while true { pause() }
        }
        children += 1
        usleep(500)
    }
}

/// An order for a shell that does one line after another.
func openShell(_ line: String, arguments: [String] = []) -> OpenOrder {
    let script = """
        while read -r mark line && [ -n "$line" ]; do
            echo "$mark {\\"state\\": \\"begun\\"}"
            [ -n "$last" ] || read -r go
            eval "$line"; echo "$mark {\\"state\\": \\"done\\"}"; last=$mark
        done
        """
    let program = Program("/bin/sh", ["-c", script, "sh"] + arguments)
    return OpenOrder(program: program, alone: program, files: []) { "\($0) \(line)\n" }
}

switch arguments.first {
case "run":
    // As an agent does, for the programs whose supervisor is killed.
    OwnChildren.adoptStrays()
    let line = arguments.dropFirst(2).first ?? ""
    do {
        _ = try await runner().run(Program("/bin/sh", ["-c", line]), sink: printing)
    } catch {
        print("error: \(error)")
    }
case "repeat":
    let count = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0
    let runner = runner()
    for _ in 0..<40 { _ = try await runner.run(Program("true"), sink: .discarding) }
    let before = try inventory()
    for _ in 0..<count { _ = try await runner.run(Program("true"), sink: .discarding) }
    let after = try inventory()
    print("descriptors \(after.descriptors - before.descriptors)")
    print("memory \(after.memory - before.memory)")
    print("zombies \(after.zombies)")
case "become":
    try SystemThread.start("second") { while true { pause() } }
    Signals.reset()
    try SystemUser.become(user: 65534, group: 65534, groups: [65534])
    print("user \(getuid())")
case "release":
    let before = codeInMemory()
    ProgramCode.releasePages()
    print("\(before) \(codeInMemory())")
case "open":
    _ = try await runner().run(
        openShell(arguments.dropFirst(2).first ?? ""), files: [], sink: printing, privateLines: nil, onLine: nil)
    print("waiting")
    fflush(nil)
    while true { pause() }
case "repeat-open":
    let count = arguments.dropFirst(2).first.flatMap { Int($0) } ?? 0
    let runner = runner()
    func work(_ count: Int) async throws {
        for number in 0..<count {
            // Now and then another program in place of the last.
            let order = openShell("echo \(number)", arguments: ["\(number / 20)"])
            _ = try await runner.run(order, files: [], sink: .discarding, privateLines: nil, onLine: nil)
        }
        await runner.kept.close()
    }
    try await work(40)
    let before = try inventory()
    try await work(count)
    let after = try inventory()
    print("descriptors \(after.descriptors - before.descriptors)")
    print("memory \(after.memory - before.memory)")
    print("zombies \(after.zombies)")
case "fork-on":
    forkOn()
default:
    exit(64)
}
