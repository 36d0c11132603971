import ManagerClient
import Spool

/// Delivers what an earlier run left, without taking tasks.
package struct DeliveryOnly: Sendable {
    private let sender: UpdateSender
    private let store: SpoolStore
    private let isRegistered: Bool

    /// - Throws: an error whose description is one sentence.
    package init(settings: Settings, state: StateDirectory, clock: any Clock<Duration>, log: Log) async throws {
        let manager = try ManagerSession(
            settings, state: state, outage: nil, clock: clock, log: log, status: nil)
        isRegistered = await manager.credentials != nil
        store = try await SpoolStore.open(at: state.path + "/spool", clock: clock, log: log.note)
        sender = UpdateSender(
            store: store, clock: clock, log: log,
            mayRun: { (task) async throws(ManagerError) in try await manager.mayRun(task) },
            send: { (task, update) async throws(ManagerError) in try await manager.deliver(update, of: task) })
    }

    /// Delivers everything, and returns whether the manager accepted all of it in this time.
    package func flush(within bound: Duration) async -> Bool {
        if store.undelivered.isEmpty { return true }
        guard isRegistered else { return false }
        return await withTaskGroup(of: Void.self) { group in
            group.addTask { await sender.run() }
            defer { group.cancelAll() }
            return await sender.flush(within: bound)
        }
    }
}
