package import System

/// The constants of SSDP, and of managers in it.
package enum SSDP {
    /// The multicast address of SSDP (UPnP Device Architecture 2.0 §1.1.1).
    package static let group = UDPSocket.Peer(IPv4Address(bits: 0xEFFF_FFFA), port: 1900)
    /// The device type of Flamenco Manager.
    package static let managerType = "urn:flamenco:manager:0"
    /// The device announced by every Flamenco Manager: the same identifier for all, so it does not distinguish them.
    /// Flamenco Worker ignores others.
    package static let managerDevice = "uuid:aa80bc5f-d0af-46b8-8630-23bd7e80ec4d"
    /// The service of that device: the USN of all messages of managers.
    package static let managerService = "\(managerDevice)::\(managerType)"
    /// The path of a manager's description, below its URL.
    package static let descriptionPath = "/upnp/description.xml"
    /// How long an announcement is valid, in seconds.
    package static let maximumAge = 1800
}

/// An SSDP message: the head of an HTTP message in a datagram, without a body (UPnP Device Architecture 2.0 §1.1.2).
///
/// Anybody on the network can send one, so anything malformed is rejected.
package struct SSDPMessage: Hashable, Sendable {
    /// Maximum size of a message in bytes; those of managers have about 400.
    package static let mostBytes = 2048
    private static let mostLines = 32

    /// A field of an outgoing message.
    typealias Field = (name: String, value: String)

    /// The first line: a request or a status.
    package let start: String
    /// The fields, by lower-case name.
    private let fields: [String: String]

    /// Parses a datagram.
    ///
    /// - Throws: ``SSDPError``, which describes the problem in one sentence.
    package init(_ datagram: UDPSocket.Datagram) throws(SSDPError) {
        if datagram.isCut { throw SSDPError("it has more than \(Self.mostBytes) bytes") }
        try self.init(datagram.bytes)
    }

    /// Parses a message.
    ///
    /// - Throws: ``SSDPError``, which describes the problem in one sentence.
    package init(_ bytes: [UInt8]) throws(SSDPError) {
        if bytes.count > Self.mostBytes { throw SSDPError("it has more than \(Self.mostBytes) bytes") }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw SSDPError("it is not UTF-8") }
        // As bytes: in Swift, CR and LF together are one character.
        let lines = text.utf8.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        guard lines.count >= 3, lines[lines.count - 1].isEmpty, lines[lines.count - 2].elementsEqual([0x0D]) else {
            throw SSDPError("it does not end with an empty line")
        }
        if lines.count - 2 > Self.mostLines { throw SSDPError("it has more than \(Self.mostLines) lines") }
        var heads: [String] = []
        for (index, line) in lines.dropLast(2).enumerated() {
            guard line.last == 0x0D, line.dropLast().allSatisfy({ $0 >= 0x20 && $0 != 0x7F || $0 == 0x09 }) else {
                throw SSDPError("line \(index + 1) has control characters, or does not end with CR LF")
            }
            heads.append(String(Substring(line.dropLast())))
        }
        start = heads[0]
        var fields: [String: String] = [:]
        for (index, line) in heads.enumerated().dropFirst() {
            let parts = line.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            guard parts.count == 2, !parts[0].isEmpty, parts[0].utf8.allSatisfy(Self.isOfName) else {
                throw SSDPError("line \(index + 1) is not a field with a name and a value")
            }
            let name = parts[0].lowercased()
            if fields.updateValue(Self.trimmed(parts[1]), forKey: name) != nil {
                throw SSDPError("it has two fields \"\(name.uppercased())\"")
            }
        }
        self.fields = fields
    }

    /// The value of a field, whatever the case of its name; nil if there is none.
    package subscript(_ name: String) -> String? { fields[name.lowercased()] }

    /// Returns the value of a required field.
    func required(_ name: String) throws(SSDPError) -> String {
        guard let value = self[name], !value.isEmpty else { throw SSDPError("it has no \"\(name)\"") }
        return value
    }

    /// Returns the bytes of a message.
    static func bytes(_ start: String, _ fields: [Field]) -> [UInt8] {
        let lines = [start] + fields.map { $0.value.isEmpty ? "\($0.name):" : "\($0.name): \($0.value)" } + ["", ""]
        return Array(lines.joined(separator: "\r\n").utf8)
    }

    // RFC 9110 §5.6.2: the characters of a token.
    private static func isOfName(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "z"),
            UInt8(ascii: "A")...UInt8(ascii: "Z"):
            true
        default: "!#$%&'*+-.^_`|~".utf8.contains(byte)
        }
    }

    private static func trimmed(_ value: Substring) -> String {
        let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
        return String(value.drop(while: isBlank).reversed().drop(while: isBlank).reversed())
    }
}

/// Why a message is malformed.
package struct SSDPError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The problem, with "it" for the message. May contain text from the sender.
    package let description: String

    package init(_ description: String) { self.description = description }
}
