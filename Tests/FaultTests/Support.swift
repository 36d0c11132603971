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
    func options(
        behind proxy: FaultProxy, speaking dialect: APIDialect = .v2022, isImpatient: Bool = false
    ) -> [String: String] {
        [
            "manager_url": proxy.url, "request_timeout": isImpatient ? "2s" : "40s", "flush_time": "20s",
            "api": dialect.rawValue,
        ]
    }

    /// The log of the one task of a job, as the manager has it.
    func log(of job: String) async throws -> String {
        try await client.text(.fetchTaskLog, task(of: job).id)
    }
}

extension FaultProxy.Asked {
    /// What was asked for, in whichever dialect.
    var operation: FlamencoAPI.Operation? {
        let words = line.split(separator: " ")
        guard words.count == 2 else { return nil }
        let segments = words[1].split(separator: "/").map(String.init)
        guard case .operation(let operation, _, _) = RouteMatch(method: String(words[0]), segments: segments) else {
            return nil
        }
        return operation
    }
}

extension FaultProxy {
    /// How often something was asked for.
    func count(_ operation: FlamencoAPI.Operation) -> Int { asked.count { $0.operation == operation } }
}

extension APIDialect {
    /// What a worker asks again and again while a task runs.
    var pollWhileRunning: FlamencoAPI.Operation { has(.taskPermission) ? .mayWorkerRun : .workerState }
}
