import System

/// Why a server could not be started.
public struct HTTPServerError: Error, Hashable, CustomStringConvertible {
    /// The kind of error.
    public enum Reason: Hashable, Sendable {
        /// Another listener uses the address.
        case addressInUse
        /// This machine does not have the address.
        case addressNotAvailable
        /// This user may not listen there.
        case permissionDenied
        /// The host is neither an IPv4 or IPv6 address nor `localhost`.
        case notAnAddress
        /// The port is not in 0...65535.
        case notAPort
        /// A system call failed with this `errno`.
        case system(Int32)
    }

    /// The reason.
    public let reason: Reason
    /// The address to listen on, for example `127.0.0.1:8080`.
    public let address: String

    /// One sentence.
    public var description: String { "cannot listen on \(address): \(explanation)" }

    private var explanation: String {
        switch reason {
        case .addressInUse: "address already in use"
        case .addressNotAvailable: "this machine has no such address"
        case .permissionDenied: "permission denied"
        case .notAnAddress: "the host must be an IPv4 or IPv6 address, or localhost"
        case .notAPort: "the port must be 0 to 65535"
        case .system(let number): SystemError(number).description
        }
    }

    init(_ reason: Reason, host: String, port: Int) {
        self.reason = reason
        address = "\(host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host):\(port)"
    }

    init(_ failure: SystemError, host: String, port: Int) {
        let reason: Reason =
            switch failure.number {
            case EADDRINUSE: .addressInUse
            case EADDRNOTAVAIL: .addressNotAvailable
            case EACCES, EPERM: .permissionDenied
            default: .system(failure.number)
            }
        self.init(reason, host: host, port: port)
    }
}
