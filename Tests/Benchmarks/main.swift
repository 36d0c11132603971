// Prints what it costs to run programs under a supervisor. Build with optimisation: swift run -c release benchmarks

import ExecutorKit
import Foundation

let runner = ProgramRunner(supervisor: try ProgramRunner.locateSupervisor())
print("Running programs (median, 95 %, largest of the runs)")
try await startToExit(runner)
try await cancelToEmpty(runner)
try await supervisorMemory(runner)
try await throughput(runner)
