import ManagerClient
import Spool

/// Delivers what an earlier run left, without working.
package struct DeliveryOnly: Sendable {
    private let sender: UpdateSender
    private let store: SpoolStore
    private let isRegistered: Bool

    /// - Throws: an error that says in one sentence what is in the way.
    package init(settings: Settings, state: StateDirectory, clock: any Clock<Duration>, log: Log) async throws {
        var client = try ManagerClient(settings)
        client.conceal = log.secrets.concealed
        let credentials = try CredentialsFile(stateDirectory: state.path).load()
        if let credentials { log.secrets.add(credentials) }
        isRegistered = credentials != nil
        store = try await SpoolStore.open(at: state.path + "/spool", clock: clock, log: log.note)
        sender = UpdateSender(
            store: store, clock: clock, log: log,
            mayRun: { [client] (task) async throws(ManagerError) in
                guard let credentials else { return false }
                return try await client.mayRun(task, for: credentials)
            }
        ) { [client] (task, update) async throws(ManagerError) in
            // Nothing is sent without them, see `flush`.
            guard let credentials else { return .notOurs }
            return try await client.deliver(update, of: task, as: credentials)
        }
    }

    /// Delivers everything; says whether the manager took it all in this time.
    package func flush(within bound: Duration) async -> Bool {
        if store.undelivered.isEmpty { return true }
        guard isRegistered else { return false }
        let delivery = Task { await sender.run() }
        let isDelivered = await sender.flush(within: bound)
        delivery.cancel()
        await delivery.value
        return isDelivered
    }
}
