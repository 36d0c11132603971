import CommandLineOptions
import Discovery
import Foundation
import HTTPServer
import Service
import System

/// Lets workers discover this manager on the network, like Flamenco's (SSDP).
struct Discoverability: Sendable {
    /// The only address on which the manager listens; nil if it listens on all.
    private let address: IPv4Address?

    /// - Throws: ``UsageError`` if no other machine could reach the manager there.
    init(listeningOn listener: ListenAddress) throws {
        let advice = "listen on all addresses, with --listen 0.0.0.0:\(listener.port), or on one of this machine's"
        if listener.isLoopback {
            throw UsageError(
                "--discoverable has no effect with \(listener), which other machines cannot reach: \(advice)")
        }
        if ["0.0.0.0", "::"].contains(listener.host) {
            address = nil
            return
        }
        guard let only = IPv4Address(listener.host) else {
            throw UsageError("--discoverable requires an IPv4 address, but \(listener) is not one: \(advice)")
        }
        address = only
    }

    /// Answers searches for managers until the surrounding task is cancelled.
    ///
    /// - Parameters:
    ///   - port: the port on which the manager listens.
    ///   - tell: receives where the manager can be discovered, and problems.
    /// - Returns: the running task, after its port was opened.
    /// - Throws: ``SearchError`` if this machine does not allow it.
    func start(port: Int, tell: @escaping @Sendable (String) -> Void) throws -> Task<Void, Never> {
        let responder = try DiscoveryResponder(
            address: address, port: UInt16(clamping: port), software: "manager-lite/\(Service.ownVersion)"
        ) { event in
            switch event {
            case .announces([]): tell("workers cannot discover this manager: no IPv4 network is up yet")
            case .announces(let urls): tell("workers can discover this manager at \(urls.joined(separator: ", "))")
            case .trouble(let problem): tell(problem)
            }
        }
        return Task {
            do throws(SearchError) {
                try await responder.run()
            } catch {
                tell("\(error)")
            }
        }
    }

    /// Returns the description that announcements refer to; nil for another request.
    static func answer(_ request: HTTPRequest) -> HTTPResponse? {
        guard request.method == "GET", request.path == SSDP.descriptionPath else { return nil }
        return HTTPResponse(
            status: 200, headers: ["Content-Type": "text/xml; charset=utf-8"], body: Data(description.utf8))
    }

    // UPnP Device Architecture 2.0 §2.3.
    private static let description = """
        <?xml version="1.0" encoding="utf-8"?>
        <root xmlns="urn:schemas-upnp-org:device-1-0">
          <specVersion><major>1</major><minor>1</minor></specVersion>
          <device>
            <deviceType>\(SSDP.managerType)</deviceType>
            <friendlyName>manager-lite \(Service.ownVersion)</friendlyName>
            <manufacturer>manager-lite</manufacturer>
            <modelName>manager-lite</modelName>
            <modelNumber>\(Service.ownVersion)</modelNumber>
            <UDN>\(SSDP.managerDevice)</UDN>
            <presentationURL>/</presentationURL>
          </device>
        </root>

        """
}
