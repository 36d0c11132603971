public import FlamencoAPI
public import FoundationEssentials

extension ManagerClient {
    /// Finds out which API the manager speaks: asks for its version in that of Flamenco 3, and when there is nothing, in
    /// that of 2022.
    ///
    /// - Returns: a client that speaks it, and the version.
    public func introduced() async throws -> (client: ManagerClient, version: FlamencoVersion) {
        var client = self
        client.dialect = .v3
        do {
            return (client, try await client.version())
        } catch let error as ManagerError where error.isNothingThere {
            client.dialect = .v2022
            return (client, try await client.version())
        }
    }
}

extension ManagerError {
    /// A 404, another refusal, or a web page that is served in place of one.
    fileprivate var isNothingThere: Bool {
        switch reason {
        case .rejected, .brokenReply: true
        case .unreachable, .busy, .unauthorised: false
        }
    }
}

extension ManagerClient {
    /// What the clock of the manager shows, to the second; absent when it does not say (RFC 9110 §6.6.1).
    ///
    /// - Throws: as every request.
    public func time() async throws -> Date? {
        try await Exchange(self, .getVersion).answer(status: [200]).date
    }
}
