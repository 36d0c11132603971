import HTTPServer
import System

/// The host names of a manager.
///
/// A web page can make its own name resolve to any address, including this machine's, and thus make a browser send
/// requests to a manager that the page could not reach by itself (DNS rebinding). Such a request contains the page's
/// host, in `Host` and in `Origin`. Programs send no `Origin`; they may use any name for the manager, except on a
/// loopback address, which only this machine can use.
package struct KnownHosts: Sendable {
    private let names: Set<String>

    /// - Parameters:
    ///   - allowed: names in addition to that of the machine.
    ///   - machine: the name of the machine.
    package init(allowed: [String] = [], machine: String = Self.machine) {
        let machine = machine.lowercased()
        let first = machine.split(separator: ".").first.map(String.init)
        names = Set(allowed.map { $0.lowercased() } + [machine] + [first].compactMap(\.self)).subtracting([""])
    }

    /// Throws a 421 if the request comes from a page that is not this manager's.
    func check(_ request: HTTPRequest) throws(ServiceError) {
        let address = request.localAddress
        let isLoopback = address.hasPrefix("127.") || address == "::1"
        let origin = request.headers["Origin"]
        // Nearly all requests are from programs, which need no further checks.
        guard isLoopback || origin != nil else { return }
        let host = request.host
        if origin == nil, host?.isAddress(address) == true { return }
        let known = host.flatMap { HTTPHost($0) }
        // Browsers always send `Host`; HTTP/1.0 programs may omit it.
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
                "pages of \"\(origin)\" may not use the manager at \"\(host ?? "")\"; open the manager's own page, under a "
                    + "name allowed with --allowed-host")
        }
    }

    private static func refusal(_ host: String?) -> ServiceError {
        ServiceError(
            421,
            "\"\(host ?? "")\" is not a name of this manager; to allow it, start the manager with --allowed-host NAME"
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
    /// Without a default port of `http` or `https`.
    fileprivate var withoutDefaultPort: HTTPHost { port == 80 || port == 443 ? withoutPort : self }
}

extension String {
    /// Whether it is this IPv4 address, with or without a port.
    fileprivate func isAddress(_ address: String) -> Bool {
        guard hasPrefix(address) else { return false }
        let rest = utf8.dropFirst(address.utf8.count)
        return rest.isEmpty || rest.first == UInt8(ascii: ":") && rest.dropFirst().allSatisfy(Self.digits.contains)
    }

    private static let digits = UInt8(ascii: "0")...UInt8(ascii: "9")
}
