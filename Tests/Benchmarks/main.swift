// Prints what it costs to read JSON, to run programs under a supervisor, and to store and deliver what they print.
// Build with optimisation: swift run -c release --static-swift-stdlib benchmarks [json|programs|sandbox|output|tasks|idle|blender|checks|delivery]

import ExecutorKit
import Foundation

let arguments = Array(CommandLine.arguments.dropFirst())
if arguments.count == 4, arguments[0] == "print", let kind = PrintingProgram.Kind(rawValue: arguments[1]),
    let bytes = Int(arguments[2])
{
    try PrintingProgram.run(kind, bytes: bytes, report: arguments[3])
    exit(0)
}

if arguments.isEmpty || arguments == ["json"] {
    print("Reading JSON (speed, time as a multiple of a memchr over the same bytes)")
    for benchmark in try JSONReadingBenchmark.all() { try benchmark.run() }
}

let runner = ProgramRunner(supervisor: try ProgramRunner.locateSupervisor())
var rows: [SummaryRow] = []
if arguments.isEmpty || arguments == ["programs"] {
    print("Running programs (median, 95 %, largest of the runs)")
    rows += try await startToExit(runner)
    try await cancelToEmpty(runner)
    try await supervisorMemory(runner)
}
if arguments.isEmpty || arguments == ["sandbox"] {
    print("Running programs in the sandbox (median, 95 %, largest of the runs)")
    rows += try await startToExitInSandbox(runner)
}
if arguments.isEmpty || arguments == ["tasks"] {
    print("Short tasks (median, 95 %, largest of the runs)")
    rows += try await ShortTasksBenchmark().run()
}
if arguments.isEmpty || arguments == ["blender"] {
    print("Tasks of one frame")
    rows += try await openBlender(runner)
}
if arguments.isEmpty || arguments == ["delivery"] {
    print(
        "Storing and delivering output (speed, requests, memory above idle, how long the program waited for its pipe)")
    for kind in PrintingProgram.Kind.allCases {
        let measured = try await DeliveryBenchmark(kind: kind, bytes: 1 << 30).run(runner)
        if kind == .lines { rows += measured }
    }
}
if arguments.isEmpty || arguments == ["idle"] {
    print("An agent with nothing to do (median, 95 %, largest of the starts)")
    rows += try await IdleBenchmark().run()
}
if arguments.isEmpty || arguments == ["output"] {
    print("Reading what programs print (median, slowest, fastest of the runs)")
    try await throughput(runner)
}
if arguments.isEmpty || arguments == ["checks"] {
    print("Looking at output and pictures")
    try await lineRules(runner)
    try await pictures(runner)
}
if !rows.isEmpty { printTable(rows) }
