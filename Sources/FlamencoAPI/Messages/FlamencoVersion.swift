/// The name and version of a manager (contract and Flamenco 3: `FlamencoVersion`).
public struct FlamencoVersion: Hashable, Sendable {
    /// The version, for example `3.5-alpha1`.
    public var version: String
    /// The version without the part for developers, for example `3.5`.
    public var shortVersion: String?
    /// The name of the software.
    public var name: String
    /// The commit that it was built from.
    public var git: String?

    /// Creates a version.
    public init(version: String, shortVersion: String? = nil, name: String, git: String? = nil) {
        self.version = version
        self.shortVersion = shortVersion
        self.name = name
        self.git = git
    }
}

extension FlamencoVersion: Codable {
    private enum CodingKeys: String, CodingKey {
        case version, name, git
        case shortVersion = "shortversion"
    }

    /// Decodes a version; `version` and `name` are required.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        version = try container.decode(String.self, forKey: .version)
        name = try container.decode(String.self, forKey: .name)
        shortVersion = try? container.decode(String.self, forKey: .shortVersion)
        git = try? container.decode(String.self, forKey: .git)
    }

    /// Encodes the fields of the encoder's dialect.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(version, forKey: .version)
        try container.encode(name, forKey: .name)
        guard encoder.has(.longVersion) else { return }
        try container.encodeIfPresent(shortVersion, forKey: .shortVersion)
        try container.encodeIfPresent(git, forKey: .git)
    }
}

/// An error reported by a manager (contract: `Error`, and `SecurityError`, which has no code).
public struct ErrorReply: Codable, Hashable, Sendable {
    /// The error code; missing in security errors and in the validation errors of some managers.
    public var code: Int?
    /// The error message.
    public var message: String

    /// Creates an error.
    public init(code: Int? = nil, message: String) {
        self.code = code
        self.message = message
    }
}
