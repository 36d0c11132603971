import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Agent

@Suite("Lines of the agent's log")
struct LogFormatTests {
    private static let subject = LogSubject(id: "1f0c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b", name: "shot-3", job: "j1")
    private static let about = LogEntry(
        time: Date(timeIntervalSince1970: 1_795_550_433.5), level: .warning, message: "failed: \"a\"\nand \"b\"",
        subject: subject)
    private static let plain = LogEntry(time: about.time, level: .info, message: "signed off")

    @Test("are for people: the time, how bad it is, the task, one line")
    func text() {
        let line = LogFormat.text.line(Self.about)
        let time = #/^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d /#
        #expect(line.starts(with: time))
        #expect(line.replacing(time, with: "") == "warning: task \"shot-3\" (1f0c2b3a): failed: \"a\"␊and \"b\"\n")
        #expect(LogFormat.text.line(Self.plain).replacing(time, with: "") == "signed off\n")
    }

    @Test("have the priority first for the journal", arguments: zip(Log.Level.allCases, ["<7>", "<6>", "<4>", "<3>"]))
    func journal(level: Log.Level, prefix: String) {
        var entry = Self.about
        entry.level = level
        #expect(LogFormat.journal.line(entry) == prefix + "task \"shot-3\" (1f0c2b3a): failed: \"a\"␊and \"b\"\n")
    }

    @Test("are an object each for programs")
    func json() throws {
        let line = LogFormat.json.line(Self.about)
        #expect(line.hasSuffix("}\n") && line.count { $0 == "\n" } == 1)
        #expect(
            try WireJSON.decode(JSONValue.self, from: Data(line.utf8)) == [
                "time": "2026-11-24T20:00:33.500Z", "level": "warning", "message": "failed: \"a\"␊and \"b\"",
                "task": "1f0c2b3a-4d5e-4f60-8a7b-9c0d1e2f3a4b",
                "task_name": "shot-3", "job": "j1",
            ])
        #expect(
            LogFormat.json.line(Self.plain)
                == #"{"level":"info","message":"signed off","time":"2026-11-24T20:00:33.500Z"}"# + "\n")
    }

    @Test(
        "are one line each without control characters, whatever a task is called",
        arguments: [
            "a\n<0>kernel panic", "a\r\n<0>b", "\u{1B}[2K\r2026-11-26 error: x", "\u{9B}2J\u{2028}\u{85}\u{202E}",
        ])
    func hostileNames(name: String) throws {
        let subject = LogSubject(id: name, name: name, job: name)
        let entry = LogEntry(time: .now, level: .info, message: name, subject: subject)
        for format in [LogFormat.text, .journal, .json] {
            let line = format.line(entry)
            #expect(line.hasSuffix("\n"))
            let controls = line.dropLast().unicodeScalars.filter {
                $0.properties.generalCategory == .control || [0x2028, 0x2029, 0x202E].contains($0.value)
            }
            #expect(controls.isEmpty, "\(line)")
        }
    }

    @Test("are shorter than the journal takes, so that none of them is cut into two")
    func length() {
        let long = String(repeating: "x\n", count: 100_000)
        let entry = LogEntry(
            time: .now, level: .info, message: long, subject: LogSubject(id: long, name: long, job: long))
        // journald.conf(5), LineMax.
        #expect(LogFormat.journal.line(entry).utf8.count < 48 << 10)
    }

    @Test("go to the journal only when standard error does")
    func journalStream() throws {
        let folder = try TemporaryFolder()
        let file = try #require(FileHandle(forReadingAtPath: try folder.write("err", "")))
        var status = stat()
        #expect(fstat(file.fileDescriptor, &status) == 0)
        func format(_ name: LogFormatName, _ variable: String?) -> LogFormat {
            name.format(
                environment: variable.map { ["JOURNAL_STREAM": $0] } ?? [:], descriptor: file.fileDescriptor)
        }
        #expect(format(.auto, nil) == .text)
        #expect(format(.auto, "\(status.st_dev):\(status.st_ino)") == .journal)
        // It was inherited from a service whose output was redirected.
        #expect(format(.auto, "\(status.st_dev):\(status.st_ino + 1)") == .text)
        #expect(format(.auto, "") == .text)
        #expect(format(.journal, nil) == .journal)
        #expect(format(.json, "\(status.st_dev):\(status.st_ino)") == .json)
    }

    @Test("below the level that is wanted are not made")
    func level() {
        let log = Log(minimum: .warning) { #expect($0.level >= .warning) }
        log.info(
            {
                Issue.record("made"); return ""
            }())
        log.error("bad")
    }
}
