// Runs a task with two commands and 1 MiB of output against a spool, and dies at a given write or fsync.
//
// SpoolProbe FOLDER RUN STEP
//
// FOLDER holds `spool`, and `manager` with a JSON line for each update that the manager took. RUN is written into each
// line of output. At step STEP (1, 2, …; 0 for never) the process is gone: before that step, or when it is a write, in
// the middle of it. What an earlier run left is delivered; the task runs unless the manager has its outcome.

import Agent
import FlamencoAPI
import Foundation
import ManagerClient
import Spool
import Synchronization

let folder = CommandLine.arguments[1]
let run = CommandLine.arguments[2]
let lastStep = Int(CommandLine.arguments[3]) ?? 0
let task = SpooledTask(id: "00000000-0000-4000-8000-000000000001", name: "render", jobID: "job", jobName: "shot")

let steps = Mutex(0)
let files = SpoolFiles { step, _ in
    let count = steps.withLock { count in
        count += 1
        return count
    }
    if lastStep == 0 || count < lastStep { return nil }
    if count == lastStep, case .write(let size) = step, size > 1 { return .shortWrite(size / 2) }
    _exit(99)
}

/// What the manager keeps of an update.
struct Taken: Codable {
    var status: TaskStatus?
    var activity: String?
    var steps: Int?
    var log: String
}

let managerFile = URL(filePath: folder + "/manager")

func take(_ update: OutgoingUpdate) throws {
    let taken = Taken(
        status: update.status, activity: update.activity, steps: update.stepsCompleted,
        log: String(decoding: update.log, as: UTF8.self))
    // A line that is torn by the end of the process stands for a request that did not arrive in full.
    let line = try Data("\n".utf8) + JSONEncoder().encode(taken) + Data("\n".utf8)
    if !FileManager.default.fileExists(atPath: managerFile.path) { try Data().write(to: managerFile) }
    let file = try FileHandle(forWritingTo: managerFile)
    try file.seekToEnd()
    try file.write(contentsOf: line)
    try file.close()
}

func hasOutcome() -> Bool {
    guard let bytes = try? Data(contentsOf: managerFile) else { return false }
    return bytes.split(separator: UInt8(ascii: "\n"))
        .contains { (try? JSONDecoder().decode(Taken.self, from: $0))?.status == .completed }
}

let store = try await SpoolStore.open(at: folder + "/spool", files: files)
let sender = UpdateSender(store: store) { (_, update) async throws(ManagerError) in
    do {
        try take(update)
    } catch {
        throw ManagerError(request: "POST task", reason: .unreachable("\(error)"))
    }
    return .accepted
}
let running = Task { await sender.run() }
await sender.waitUntilDelivered()
if !hasOutcome() {
    let spool = try await store.begin(task)
    spool.record(status: .active, activity: "run \(run)")
    for command in 1...2 {
        for chunk in 0..<32 {
            let lines = (0..<16).map { line -> String in
                let words = "run \(run) command \(command) line \(chunk * 16 + line) "
                return words + String(repeating: ".", count: 1023 - words.utf8.count)
            }
            spool.log(lines.joined(separator: "\n"))
            await Task.yield()
        }
        spool.stepCompleted()
        spool.activity("command \(command) done")
    }
    await spool.finish(.completed)
    // From here on the outcome must arrive, whatever happens.
    try Data().write(to: URL(filePath: folder + "/finished-\(run)"))
    await sender.waitUntilDelivered()
}
running.cancel()
await running.value
print(steps.withLock { $0 })
