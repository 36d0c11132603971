import HTTPServer
import System

/// The names that a manager goes by.
///
/// A web page can let its own name point to any address, this machine's own as well, and so have a browser ask a manager that
/// the page could not reach by itself (DNS rebinding). Such a request names the page's host, in `Host` and in `Origin`.
/// Programs send no `Origin`; they may reach the manager by any name, except on a loopback address, where only this machine
/// can be meant.
package struct KnownHosts: Sendable {
    private let names: Set<String>

    /// - Parameters:
    ///   - allowed: names besides that of the machine.
    ///   - machine: the name of the machine.
    package init(allowed: [String] = [], machine: String = Self.machine) {
        let machine = machine.lowercased()
        let first = machine.split(separator: ".").first.map(String.init)
        names = Set(allowed.map { $0.lowercased() } + [machine] + [first].compactMap(\.self)).subtracting([""])
    }

    /// Throws a 421 when the request comes from a page that is not this manager's.
    func check(_ request: HTTPRequest) throws(ServiceError) {
        let address = request.localAddress
        let isLoopback = address.hasPrefix("127.") || address == "::1"
        let origin = request.headers["Origin"]
        // Nearly all requests are those of programs, which need not be looked at any closer.
        guard isLoopback || origin != nil else { return }
        let host = request.host
        if origin == nil, host?.isAddress(address) == true { return }
        let known = host.flatMap { HTTPHost($0) }
        // No browser leaves out `Host`; programs of HTTP/1.0 may.
        if isLoopback, host != nil || origin != nil {
            guard let known, known.isLoopback || names.contains(known.name) else { throw Self.refusal(host) }
        }
        guard let origin else { return }
        guard let known, known.isLoopback || known.isAddress || names.contains(known.name) else {
            throw Self.refusal(host)
        }
        guard let page = HTTPHost(origin: origin), page == known || page == known.withoutDefaultPort else {
            throw ServiceError(
                421,
                "pages of “\(origin)” may not use the manager at “\(host ?? "")”; open the manager's own page, under a "
                    + "name allowed with --allowed-host")
        }
    }

    private static func refusal(_ host: String?) -> ServiceError {
        ServiceError(
            421,
            "“\(host ?? "")” is not a name of this manager; to allow it, start the manager with --allowed-host NAME"
        )
    }

    /// The name of this machine; empty when it has none.
    package static var machine: String {
        var name = [CChar](repeating: 0, count: 256)
        guard gethostname(&name, name.count - 1) == 0 else { return "" }
        return String(decoding: name.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
    }
}

extension HTTPHost {
    /// Without a port that `http` or `https` has by itself.
    fileprivate var withoutDefaultPort: HTTPHost { port == 80 || port == 443 ? withoutPort : self }
}

extension String {
    /// Whether it is an IPv4 address as it stands, with or without a port.
    fileprivate func isAddress(_ address: String) -> Bool {
        guard hasPrefix(address) else { return false }
        let rest = utf8.dropFirst(address.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(Self.digits.contains)
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
}
