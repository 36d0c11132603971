/// Header fields in their order; names compare without regard to case (RFC 9110 §5.1).
public struct HTTPHeaders: Hashable, Sendable {
    private var fields: [Field] = []

    /// A header field.
    public struct Field: Hashable, Sendable {
        /// The name, as it was spelled.
        public var name: String
        /// The value, without white space around it.
        public var value: String
    }

    /// No fields.
    public init() {}

    /// Fields in this order.
    public init(_ fields: KeyValuePairs<String, String>) {
        self.fields = fields.map { Field(name: $0.key, value: $0.value) }
    }

    /// The first field of this name; setting it takes the place of all fields of this name.
    public subscript(name: String) -> String? {
        get { fields.first { $0.name.equalsIgnoringCase(name) }?.value }
        set {
            fields.removeAll { $0.name.equalsIgnoringCase(name) }
            if let newValue { append(name, newValue) }
        }
    }

    /// Every value of this name, in order.
    public func values(of name: String) -> [String] {
        fields.filter { $0.name.equalsIgnoringCase(name) }.map(\.value)
    }

    /// Adds a field after the others.
    public mutating func append(_ name: String, _ value: String) {
        fields.append(Field(name: name, value: value))
    }
}

extension HTTPHeaders: Sequence {
    /// The fields in their order.
    public func makeIterator() -> IndexingIterator<[Field]> { fields.makeIterator() }
}

extension HTTPHeaders: ExpressibleByDictionaryLiteral {
    /// Fields in this order.
    public init(dictionaryLiteral elements: (String, String)...) {
        fields = elements.map { Field(name: $0.0, value: $0.1) }
    }
}
