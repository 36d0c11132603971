/// A metric with its samples, in the text format 0.0.4 of Prometheus.
struct MetricFamily {
    /// What kind of number it is.
    enum Kind: String {
        /// Only rises, and begins anew with the agent.
        case counter
        /// Goes up and down.
        case gauge
    }

    private let name: String
    private let kind: Kind
    private let help: String
    private var samples: [String] = []

    init(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        self.kind = kind
        self.help = help
    }

    /// A metric with one sample.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help)
        add(value)
    }

    /// A metric with one sample.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Int) { self.init(name, kind, help, Double(value)) }

    /// Adds a sample.
    mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        let pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        samples.append("\(name)\(pairs.isEmpty ? "" : "{\(pairs)}") \(Self.number(value))")
    }

    /// Its lines; nothing without a sample.
    var text: String {
        if samples.isEmpty { return "" }
        return "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
            + samples.joined(separator: "\n") + "\n"
    }

    private static func escaped(_ value: String) -> String {
        value.replacing("\\", with: "\\\\").replacing("\n", with: "\\n").replacing("\"", with: "\\\"")
    }

    private static func number(_ value: Double) -> String {
        value == value.rounded() && abs(value) < 1e15 ? String(Int(value)) : String(value)
    }
}
