import FlamencoAPI
import FoundationEssentials
import TestSupport
import Testing

@Suite("An update of a task, written without an encoder")
struct TaskUpdateJSONTests {
    @Test("is written with the parts that it has")
    func parts() {
        func json(_ data: Data) -> String { String(decoding: data, as: UTF8.self) }
        #expect(json(TaskUpdate.json()) == "{}")
        #expect(json(TaskUpdate.json(log: Array("a\n".utf8))) == #"{"log":"a\n"}"#)
        #expect(json(TaskUpdate.json(taskStatus: .unknown("new\""))) == #"{"taskStatus":"new\""}"#)
        #expect(
            json(TaskUpdate.json(taskStatus: .softFailed, activity: "ü", log: Array("x".utf8)))
                == #"{"taskStatus":"soft-failed","activity":"ü","log":"x"}"#)
    }

    @Test("written one way and read any way, it is the same")
    func roundTrip() throws {
        var numbers = SeededNumbers(seed: 3)
        for _ in 0..<500 {
            let update = TaskUpdate(
                taskStatus: Bool.random(using: &numbers) ? TaskStatus.spellings.randomElement(using: &numbers)?.0 : nil,
                activity: Bool.random(using: &numbers) ? numbers.text(upTo: 30) : nil,
                log: Bool.random(using: &numbers) ? numbers.text(upTo: 500) + "." : nil)
            let fast = TaskUpdate.json(
                taskStatus: update.taskStatus, activity: update.activity, log: Array((update.log ?? "").utf8))
            #expect(try WireJSON.decode(TaskUpdate.self, from: fast) == update)
            #expect(try WireJSON.decode(TaskUpdate.self, from: WireJSON.encode(update)) == update)
        }
    }
}
