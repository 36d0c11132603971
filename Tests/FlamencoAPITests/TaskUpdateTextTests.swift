import FlamencoAPI
import FoundationEssentials
import TestSupport
import Testing

@Suite("An update of a task, written without an encoder")
struct TaskUpdateTextTests {
    @Test("is written with the parts that it has")
    func parts() {
        func json(_ text: TaskUpdateText) -> String { String(decoding: text.data, as: UTF8.self) }
        #expect(json(TaskUpdateText()) == "{}")
        #expect(json(TaskUpdateText(log: Array("a\n".utf8))) == #"{"log":"a\n"}"#)
        #expect(json(TaskUpdateText(taskStatus: .unknown("new\""))) == #"{"taskStatus":"new\""}"#)
        #expect(
            json(TaskUpdateText(taskStatus: .softFailed, activity: "ü", log: Array("x".utf8)))
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
            let text = TaskUpdateText(
                taskStatus: update.taskStatus, activity: update.activity, log: Array((update.log ?? "").utf8))
            #expect(text.count == text.data.count)
            #expect(try WireJSON.decode(TaskUpdate.self, from: text.data) == update)
            #expect(try WireJSON.decode(TaskUpdate.self, from: WireJSON.encode(update)) == update)
        }
    }

    @Test("read in pieces of any size, it is the same")
    func pieces() {
        var numbers = SeededNumbers(seed: 4)
        for _ in 0..<500 {
            // Every character that has an escape sequence, at every distance from the end of a piece.
            let log = (0..<Int.random(in: 0...200, using: &numbers)).map { _ in
                [UInt8(ascii: "a"), .random(in: 0...0x7F, using: &numbers)].randomElement(using: &numbers) ?? 0
            }
            let text = TaskUpdateText(taskStatus: .active, activity: "frame 1", log: log)
            var reader = text.reader()
            var read: [UInt8] = []
            while true {
                let room = Int.random(in: 6...40, using: &numbers)
                // What is beyond the room must stay as it is.
                var piece = [UInt8](repeating: 0xFF, count: room + 8)
                let count = piece.withUnsafeMutableBytes {
                    reader.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<room]))
                }
                #expect(piece[room...].allSatisfy { $0 == 0xFF })
                if count == 0 { break }
                read += piece[..<count]
            }
            #expect(Data(read) == text.data)
        }
    }
}
