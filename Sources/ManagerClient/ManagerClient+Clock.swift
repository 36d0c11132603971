import FlamencoAPI
public import FoundationEssentials

extension ManagerClient {
    /// What the clock of the manager shows, to the second; absent when it does not say (RFC 9110 §6.6.1).
    ///
    /// - Throws: as every request.
    public func time() async throws -> Date? {
        try await Exchange(self, .getVersion).answer(status: [200]).date
    }
}
