import FlamencoAPI
import Foundation

/// What it costs to read JSON: the tree, and what is decoded from the tree, each as a speed and as a multiple of the time
/// that a `memchr` over the same bytes takes.
struct JSONReadingBenchmark {
    private let name: String
    private let json: Data
    private let decode: (JSONValue) throws -> Void

    private init<Value: Decodable>(_ name: String, _ json: Data, as type: Value.Type) {
        self.name = name
        self.json = json
        decode = { _ = try WireJSON.decode(type, from: $0) }
    }

    static func all() throws -> [JSONReadingBenchmark] {
        let tasks = (0..<8_000).map { number in
            AssignedTask(
                uuid: UUID().uuidString, job: UUID().uuidString, name: "render-\(number)", status: .queued,
                priority: 50,
                jobPriority: 50, jobType: "simple-blender-render", taskType: "blender",
                commands: [
                    Command(
                        name: "blender-render",
                        parameters: [
                            "exe": "{blender}", "exeArgs": "{blenderArgs}", "blendfile": "/shared/jobs/scene.blend",
                            "args": [
                                "--render-output", "/shared/frames/######", "--render-frame", .string("\(number)"),
                            ],
                        ])
                ])
        }
        let line = "Fra:1 Mem:40.1M (Peak 41.3M) | Time:00:01.17 | \u{1B}[32mScene\u{1B}[0m | Path \"tracing\" 12/128\n"
        let log = Array(String(repeating: line, count: 40_000).utf8)
        let numbers = (0..<500_000).map { Double($0) / 8 }
        let shortest = Data(("[1" + String(repeating: ",1", count: 2_000_000) + "]").utf8)
        return [
            Self("tasks", try WireJSON.encode(tasks), as: [AssignedTask].self),
            Self("an update with log", TaskUpdateText(log: log).data, as: TaskUpdate.self),
            Self("a list of numbers", try WireJSON.encode(numbers), as: [Double].self),
            Self("a list of 1", shortest, as: [Int].self),
        ]
    }

    func run() throws {
        // A byte that is not there, and which the compiler does not know.
        let absent = Int32(arguments.count) + 0x10
        var found = 0
        let scan = time {
            json.withUnsafeBytes { bytes in
                if let start = bytes.baseAddress, memchr(start, absent, bytes.count) != nil { found += 1 }
            }
        }
        printRow("\(name), \(json.count >> 10) KiB: memchr", words(scan, scan) + (found > 0 ? " (cut short)" : ""))
        let tree = try WireJSON.parse(json)
        printRow("  tree", words(try time { _ = try WireJSON.parse(json) }, scan))
        printRow("  typed, from the tree", words(try time { try decode(tree) }, scan))
    }

    /// The shortest of some runs.
    private func time(_ body: () throws -> Void) rethrows -> Duration {
        let clock = ContinuousClock()
        var shortest = try clock.measure(body)
        for _ in 0..<6 { shortest = min(shortest, try clock.measure(body)) }
        return shortest
    }

    private func words(_ time: Duration, _ scan: Duration) -> String {
        let speed = Double(json.count) / 1e6 / (time / .seconds(1))
        return String(format: "%7.0f MB/s  %6.1f ×", speed, time / scan)
    }
}
