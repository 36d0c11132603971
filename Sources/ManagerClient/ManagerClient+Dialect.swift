public import FlamencoAPI

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
