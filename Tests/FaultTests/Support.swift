import FarmSupport
import FaultProxy
import FlamencoAPI
import Foundation
import ManagerClient
import Testing

extension LiveFarm {
    /// A proxy before the manager of this farm.
    func proxy(_ script: @escaping FaultProxy.Script = { _ in .pass }) throws -> FaultProxy {
        let port = try #require(URL(string: url)?.port)
        return try FaultProxy(toPort: UInt16(port), script: script)
    }

    /// Settings for an agent behind a proxy.
    ///
    /// - Parameter isImpatient: whether it gives up soon on a manager that does not answer. On a busy machine that may be
    ///   one that took the request, so a batch may come again any number of times.
    func options(behind proxy: FaultProxy, isImpatient: Bool = false) -> [String: String] {
        ["manager_url": proxy.url, "request_timeout": isImpatient ? "300ms" : "40s", "flush_time": "20s"]
    }

    /// The log of the one task of a job, as the manager has it.
    func log(of job: String) async throws -> String {
        try await client.text(.fetchTaskLog, task(of: job).id)
    }
}

/// The parts of a manager that faults strike.
enum Asking {
    /// The line of an operation that needs no arguments.
    static func line(_ operation: FlamencoAPI.Operation) -> String {
        "\(operation.route(in: .v2022).method) \(operation.route(in: .v2022).template)"
    }

    /// Whether a line is an update of a task.
    static func isUpdate(_ line: String) -> Bool { line.hasPrefix("POST /api/worker/task/") }
}
