import System

/// A search for managers (UPnP Device Architecture 2.0 §1.3.2).
package struct ManagerQuery: Hashable, Sendable {
    /// The maximum delay of an answer, which is sent after a random part of it, so that answers do not arrive all at
    /// once.
    package let longestWait: Duration

    /// More than five seconds count as five, as in the UPnP Device Architecture.
    private static let mostSeconds = 5

    /// Parses a message; nil if it is something else, or searches for something else, as most messages do.
    package init?(_ message: SSDPMessage) {
        guard message.start == "M-SEARCH * HTTP/1.1", message["MAN"] == "\"ssdp:discover\"",
            [SSDP.managerType, "ssdp:all"].contains(message["ST"]), let text = message["MX"],
            !text.isEmpty, text.utf8.allSatisfy({ (0x30...0x39).contains($0) })
        else { return nil }
        longestWait = .seconds(min(Int(text) ?? .max, Self.mostSeconds))
    }

    /// Returns the message that searches for managers.
    ///
    /// - Parameter seconds: the maximum delay of the answers.
    package static func bytes(longestWait seconds: Int) -> [UInt8] {
        SSDPMessage.bytes(
            "M-SEARCH * HTTP/1.1",
            [
                ("HOST", SSDP.group.description), ("MAN", "\"ssdp:discover\""), ("MX", "\(seconds)"),
                ("ST", SSDP.managerType),
            ])
    }
}

/// A manager's answer to a search (UPnP Device Architecture 2.0 §1.3.3).
package struct ManagerAnswer: Hashable, Sendable {
    /// The announced location.
    package let location: ManagerLocation

    private static let longestName = 256

    /// Parses a message.
    ///
    /// - Throws: ``SSDPError`` if it is not an answer of a manager.
    package init(_ message: SSDPMessage) throws(SSDPError) {
        guard message.start == "HTTP/1.1 200 OK" else { throw SSDPError("it does not begin with \"HTTP/1.1 200 OK\"") }
        guard try message.required("ST") == SSDP.managerType else {
            throw SSDPError("it is not about \"\(SSDP.managerType)\"")
        }
        let name = try message.required("USN")
        guard name.utf8.count <= Self.longestName, name.hasPrefix("uuid:"), name.hasSuffix("::\(SSDP.managerType)")
        else {
            throw SSDPError("its \"USN\" is not that of a manager")
        }
        location = try ManagerLocation(message.required("LOCATION"))
    }
}

/// The messages of a manager.
package enum ManagerNotice {
    /// Returns the answer to a search.
    package static func answer(_ location: ManagerLocation, software: String) -> [UInt8] {
        let fields: [SSDPMessage.Field] = [("EXT", ""), ("ST", SSDP.managerType), ("USN", SSDP.managerService)]
        return SSDPMessage.bytes("HTTP/1.1 200 OK", fields + validity(of: location, software))
    }

    /// Returns the announcement that it is available (UPnP Device Architecture 2.0 §1.2.2).
    package static func alive(_ location: ManagerLocation, software: String) -> [UInt8] {
        notification("ssdp:alive", validity(of: location, software))
    }

    /// The announcement that it stops (UPnP Device Architecture 2.0 §1.2.3).
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
