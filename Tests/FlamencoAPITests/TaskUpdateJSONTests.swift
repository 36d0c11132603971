import FlamencoAPI
import FoundationEssentials
import Testing

@Suite("An update of a task, written and read the fast way")
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
            #expect(try TaskUpdate(json: fast) == update)
            #expect(try TaskUpdate(json: WireJSON.encode(update)) == update)
        }
    }

    @Test(
        "whatever comes, right or wrong, is read as Foundation's decoder reads it",
        arguments: [
            "{}", " \n{ } \r\t", "", "{", "}", "[]", "null", "3", "<html>", "{} x", "{},", "{,}", #"{"log"}"#,
            #"{"log":}"#,
            #"{"log":"x"}"#, "\t{ \"log\" :\n\"x\" , \"activity\" : \"y\" }\n", #"{"log":"x",}"#, #"{"log":"x" "y"}"#,
            #"{"log":null}"#, #"{"log":3}"#, #"{"log":["x"]}"#, #"{"log":"a","log":"b"}"#, #"{"taskStatus":"napping"}"#,
            #"{"taskStatus":3}"#, #"{"unknown":{"a":[1]},"log":"x"}"#, #"{"l\u006fg":"x"}"#,
            #"{"log":"\u00e9\u2028\u0000"}"#,
            #"{"log":"\ud83c\udfac"}"#, #"{"log":"\ud83c"}"#, #"{"log":"\udfac"}"#, #"{"log":"\u12"}"#,
            #"{"log":"\uGGGG"}"#,
            #"{"log":"\x"}"#, #"{"log":"\"}"#, #"{"log":"\\"}"#, #"{"log":"\\\""}"#, #"{"log":"\/\b\f"}"#,
            "{\"log\":\"\n\"}",
            #"{"steps_completed":0}"#, #"{"steps_completed":999999999}"#, #"{"steps_completed":1000000000}"#,
            #"{"steps_completed":9223372036854775808}"#, #"{"steps_completed":01}"#, #"{"steps_completed":-1}"#,
            #"{"steps_completed":1.5}"#, #"{"steps_completed":}"#, #"{"steps_completed":1,"steps_completed":2}"#,
            "{\"log\":\"\u{0}\"}", "{'log':'x'}", "\u{FEFF}{}", "{\"log\":\"x", "{\"log\":\"x\\",
        ])
    func unusual(json: String) {
        expectSame(Data(json.utf8))
    }

    @Test("bytes that are not UTF-8 are read as Foundation's decoder reads them")
    func invalidText() {
        for bytes: [UInt8] in [
            [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xF4, 0x90, 0x80, 0x80], [0xE2, 0x82],
        ] {
            expectSame(Data(#"{"log":""#.utf8) + bytes + Data(#""}"#.utf8))
        }
    }

    @Test("an update with bytes changed, lost and added is read as Foundation's decoder reads it")
    func noise() {
        var numbers = SeededNumbers(seed: 4)
        let alphabet = Array(#"{}[]":,\/ubnlogtaskStatusactivity019 "#.utf8) + [0x0A, 0x1F, 0x80, 0xC3, 0xFF]
        for _ in 0..<3000 {
            var bytes = Array(
                TaskUpdate.json(
                    taskStatus: .active, activity: numbers.text(upTo: 8), log: Array(numbers.text(upTo: 20).utf8)))
            for _ in 0..<Int.random(in: 1...3, using: &numbers) {
                let place = Int.random(in: 0..<bytes.count, using: &numbers)
                let byte = alphabet.randomElement(using: &numbers) ?? 0
                switch Int.random(in: 0..<3, using: &numbers) {
                case 0: bytes[place] = byte
                case 1: bytes.remove(at: place)
                default: bytes.insert(byte, at: place)
                }
            }
            expectSame(Data(bytes))
        }
    }

    private func expectSame(_ json: Data) {
        let fast = Result { try TaskUpdate(json: json) }.mapError { "\($0)" as Failure }
        let slow = Result { try WireJSON.decode(TaskUpdate.self, from: json) }.mapError { "\($0)" as Failure }
        #expect(fast == slow, "\(String(decoding: json, as: UTF8.self).debugDescription)")
    }
}

/// An error as the sentence that it says.
private struct Failure: Error, Equatable, ExpressibleByStringInterpolation {
    let sentence: String
    init(stringLiteral sentence: String) { self.sentence = sentence }
}
