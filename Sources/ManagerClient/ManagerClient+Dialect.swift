public import FlamencoAPI
public import FoundationEssentials

extension ManagerClient {
    /// Determines the manager's API: requests the version with that of Flamenco 3 and, if there is none, with that of
    /// 2022.
    ///
    /// - Returns: a client with this API, and the version.
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
    /// Whether the error is a 404, another rejection, or a web page in its place.
    fileprivate var isNothingThere: Bool {
        switch reason {
        case .rejected, .brokenReply: true
        case .unreachable, .busy, .unauthorised: false
        }
    }
}

extension ManagerClient {
    /// Returns the time on the manager's clock, to the second; nil if it is not reported (RFC 9110 §6.6.1).
    ///
    /// - Throws: like every request.
    public func time() async throws -> Date? {
        try await Exchange(self, .getVersion).answer(status: [200]).date
    }
}
