import FoundationEssentials

extension HTTPRequest {
    /// The user and password of an `Authorization: Basic` field (RFC 7617); `nil` if there is none, more than one, another
    /// scheme, or one that cannot be read. The password may contain colons, the user cannot.
    public var basicCredentials: (user: String, password: String)? {
        let fields = headers.values(of: "Authorization")
        guard fields.count == 1 else { return nil }
        // By bytes, since every request of a worker passes here.
        let parts = fields[0].utf8.split(separator: .space).map { String(Substring($0)) }
        guard parts.count == 2, parts[0].equalsIgnoringCase("Basic"),
            let bytes = Data(base64Encoded: parts[1]),
            let text = String(validating: bytes, as: UTF8.self),
            let colon = text.utf8.firstIndex(of: UInt8(ascii: ":"))
        else { return nil }
        return (String(text[..<colon]), String(text[text.utf8.index(after: colon)...]))
    }
}
