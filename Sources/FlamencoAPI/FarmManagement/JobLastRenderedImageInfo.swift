/// Where the newest image of a job is (Flamenco 3: `JobLastRenderedImageInfo`): at the base, a slash, and one of the
/// suffixes.
public struct JobLastRenderedImageInfo: Codable, Hashable, Sendable {
    /// What the paths of all its forms begin with.
    public var base: String
    /// The forms that there are, the largest first.
    public var suffixes: [String]

    /// Where an image is.
    public init(base: String, suffixes: [String]) {
        self.base = base
        self.suffixes = suffixes
    }
}
