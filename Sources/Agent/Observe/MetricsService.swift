import ExecutorKit
import FlamencoAPI
import FoundationEssentials
package import HTTPServer
import Spool

/// Serves `/metrics` and `/healthz` of an agent.
package enum MetricsService {
    /// Starts to serve.
    ///
    /// - Throws: ``SettingsError`` if it cannot listen on the address.
    package static func start(
        on address: ListenAddress, inspection: AgentInspection, heartbeat: Heartbeat
    ) throws(SettingsError) -> HTTPServer {
        // Enough for a few scrapers; clients that keep connections open must not use up what the agent needs.
        var limits = HTTPLimits()
        limits.connections = 32
        limits.bodyBytes = 0
        limits.requestTime = .seconds(5)
        limits.closesUnfinished = true
        let queue = BlockingQueue("metrics")
        do throws(HTTPServerError) {
            return try HTTPServer.start(host: address.host, port: address.port, limits: limits) { request in
                guard ["GET", "HEAD"].contains(request.method) else {
                    return text(405, "only GET and HEAD are supported\n")
                }
                switch request.path {
                case "/metrics":
                    return await queue.run { metrics(AgentMetrics.text(inspection)) }
                case "/healthz":
                    guard let problem = heartbeat.problem else { return text(200, "ok\n") }
                    return text(503, problem + "\n")
                default:
                    return text(404, "not found; available are /metrics and /healthz\n")
                }
            }
        } catch {
            throw SettingsError("\"metrics_listen\": \(error)")
        }
    }

    private static func text(_ status: Int, _ text: String) -> HTTPResponse {
        HTTPResponse(status: status, headers: ["Content-Type": "text/plain; charset=utf-8"], body: Data(text.utf8))
    }

    private static func metrics(_ text: String) -> HTTPResponse {
        HTTPResponse(
            status: 200, headers: ["Content-Type": "text/plain; version=0.0.4; charset=utf-8"], body: Data(text.utf8))
    }
}

/// A metric with its samples, in Prometheus text format 0.0.4.
struct MetricFamily {
    /// The type of the metric.
    enum Kind: String {
        /// Only increases, and restarts with the agent.
        case counter
        /// Increases and decreases.
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

    /// Creates a metric with one sample.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Double) {
        self.init(name, kind, help)
        add(value)
    }

    /// Creates a metric with one sample.
    init(_ name: String, _ kind: Kind, _ help: String, _ value: Int) { self.init(name, kind, help, Double(value)) }

    /// Adds a sample.
    mutating func add(_ value: Double, _ labels: KeyValuePairs<String, String> = [:]) {
        let pairs = labels.map { "\($0.key)=\"\(Self.escaped($0.value))\"" }.joined(separator: ",")
        samples.append("\(name)\(pairs.isEmpty ? "" : "{\(pairs)}") \(Self.number(value))")
    }

    /// The lines of the metric; empty without a sample.
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
