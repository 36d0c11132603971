import Dispatch
import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import JobTypes
import Service
import Testing

@Suite("A job whose tasks take long to make", .timeLimit(.minutes(1)))
struct CompilationTests {
    /// A job type that is done when it is told to.
    private struct SlowJob: JobType {
        let name = "slow"
        let label = "Slow"
        let description = "Takes its time."
        let began = DispatchSemaphore(value: 0)
        let go = DispatchSemaphore(value: 0)

        func settings(in dialect: APIDialect) -> [AvailableJobSetting] { [] }

        func compile(
            _ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList
        ) throws(SettingError) {
            began.signal()
            go.wait()
            try tasks.append(TaskBlueprint(name: "t", type: "misc", commands: []))
        }
    }

    @Test("holds up nobody who asks the farm")
    func others() async {
        let slow = SlowJob()
        let service = Service(farm: Farm(jobTypes: JobTypeRegistry([slow])))
        let submitted = Task {
            await service.answer(
                HTTPRequest(
                    method: "POST", target: "/api/jobs", headers: ["Content-Type": "application/json"],
                    body: Data(#"{"name": "n", "type": "slow", "priority": 50}"#.utf8))
            ).status
        }
        await withCheckedContinuation { continuation in
            DispatchQueue(label: "wait").async {
                slow.began.wait()
                continuation.resume()
            }
        }
        #expect(await service.answer(HTTPRequest(method: "GET", target: "/api/jobs")).status == 200)
        slow.go.signal()
        #expect(await submitted.value == 200)
    }
}
