/// A line that a program printed, without its end (`\n` or `\r`).
///
/// It looks into the buffer of the reader, so that looking at the start of millions of lines costs nothing: it is valid
/// only during the call that hands it over. Keep ``text``, not the line.
public struct OutputLine {
    /// The bytes of the line.
    public let bytes: UnsafeBufferPointer<UInt8>

    /// Whether a rule of the operator has decided what the line means; checks leave it alone then.
    public internal(set) var isDecided = false

    /// How many bytes can be read from the beginning of the line: it, and what follows it in the same buffer.
    let reach: Int

    /// A line over these bytes.
    public init(bytes: UnsafeBufferPointer<UInt8>) {
        self.bytes = bytes
        reach = bytes.count
    }

    /// A line in a buffer of which `reach` bytes follow its beginning.
    init(bytes: UnsafeBufferPointer<UInt8>, reach: Int) {
        self.bytes = bytes
        self.reach = reach
    }

    /// The line as text; what is not UTF-8 becomes U+FFFD.
    public var text: String { String(decoding: bytes, as: UTF8.self) }

    /// Whether the line begins with this text, bytes compared.
    public func starts(with prefix: StaticString) -> Bool {
        prefix.withUTF8Buffer { bytes.starts(with: $0) }
    }
}
