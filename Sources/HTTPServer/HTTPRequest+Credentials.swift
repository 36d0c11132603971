import FoundationEssentials

extension HTTPRequest {
    /// The user and password of an `Authorization: Basic` field (RFC 7617); `nil` if there is none, more than one, another
    /// scheme, or one that cannot be read. The password may contain colons, the user cannot.
    public var basicCredentials: (user: String, password: String)? {
        let fields = headers.values(of: "Authorization")
        guard fields.count == 1 else { return nil }
        let parts = fields[0].split(separator: " ")
        guard parts.count == 2, String(parts[0]).equalsIgnoringCase("Basic"),
            let bytes = Data(base64Encoded: String(parts[1])),
            let text = String(validating: bytes, as: UTF8.self),
            let colon = text.firstIndex(of: ":")
        else { return nil }
        return (String(text[..<colon]), String(text[text.index(after: colon)...]))
    }
}
