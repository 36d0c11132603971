import System

/// Somebody looks for managers (UPnP Device Architecture 2.0 §1.3.2).
package struct ManagerQuery: Hashable, Sendable {
    /// How long an answer may take at most: it comes after a random part of that, so that not all come at once.
    package let longestWait: Duration

    /// More than five seconds count as five, as the UPnP Device Architecture has it.
    private static let mostSeconds = 5

    /// Reads a message; nil when it is something else, or looks for something else: the network is full of these.
    package init?(_ message: SSDPMessage) {
        guard message.start == "M-SEARCH * HTTP/1.1", message["MAN"] == "\"ssdp:discover\"",
            [SSDP.managerType, "ssdp:all"].contains(message["ST"]), let text = message["MX"],
            !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        longestWait = .seconds(min(Int(text) ?? .max, Self.mostSeconds))
    }

    /// The message that looks for managers.
    ///
    /// - Parameter seconds: how long their answers may take at most.
    package static func bytes(longestWait seconds: Int) -> [UInt8] {
        SSDPMessage.bytes(
            "M-SEARCH * HTTP/1.1",
            [
                ("HOST", SSDP.group.description), ("MAN", "\"ssdp:discover\""), ("MX", "\(seconds)"),
                ("ST", SSDP.managerType),
            ])
    }
}

/// A manager's answer to somebody who looks for one (UPnP Device Architecture 2.0 §1.3.3).
package struct ManagerAnswer: Hashable, Sendable {
    /// Where it says that there is a manager.
    package let location: ManagerLocation

    private static let longestName = 256

    /// Reads a message.
    ///
    /// - Throws: ``SSDPError`` when it is no answer of a manager.
    package init(_ message: SSDPMessage) throws(SSDPError) {
        guard message.start == "HTTP/1.1 200 OK" else { throw SSDPError("it does not begin with “HTTP/1.1 200 OK”") }
        guard try message.required("ST") == SSDP.managerType else {
            throw SSDPError("it is not about “\(SSDP.managerType)”")
        }
        let name = try message.required("USN")
        guard name.utf8.count <= Self.longestName, name.hasPrefix("uuid:"), name.hasSuffix("::\(SSDP.managerType)")
        else {
            throw SSDPError("its “USN” is not that of a manager")
        }
        location = try ManagerLocation(message.required("LOCATION"))
    }
}

/// What a manager says of itself.
package enum ManagerNotice {
    /// The answer to somebody who looks for managers.
    package static func answer(_ location: ManagerLocation, software: String) -> [UInt8] {
        let fields: [SSDPMessage.Field] = [("EXT", ""), ("ST", SSDP.managerType), ("USN", SSDP.managerService)]
        return SSDPMessage.bytes("HTTP/1.1 200 OK", fields + validity(of: location, software))
    }

    /// Tells the network that it is there (UPnP Device Architecture 2.0 §1.2.2).
    package static func alive(_ location: ManagerLocation, software: String) -> [UInt8] {
        notification("ssdp:alive", validity(of: location, software))
    }

    /// Tells the network that it goes (UPnP Device Architecture 2.0 §1.2.3).
    package static var byebye: [UInt8] { notification("ssdp:byebye", []) }

    private static func notification(_ kind: String, _ more: [SSDPMessage.Field]) -> [UInt8] {
        let fields: [SSDPMessage.Field] = [
            ("HOST", SSDP.group.description), ("NT", SSDP.managerType), ("NTS", kind), ("USN", SSDP.managerService),
        ]
        return SSDPMessage.bytes("NOTIFY * HTTP/1.1", fields + more)
    }

    private static func validity(of location: ManagerLocation, _ software: String) -> [SSDPMessage.Field] {
        [
            ("CACHE-CONTROL", "max-age=\(SSDP.maximumAge)"), ("LOCATION", location.description + SSDP.descriptionPath),
            ("SERVER", "Linux UPnP/1.1 \(software)"),
        ]
    }
}
