import ExecutorKit
import FlamencoAPI
import FoundationEssentials
package import HTTPServer
import Spool

/// Serves `/metrics` and `/healthz` of an agent.
package enum MetricsService {
    /// Serves from now on.
    ///
    /// - Throws: ``SettingsError`` when it cannot listen there.
    package static func start(
        on address: ListenAddress, inspection: AgentInspection, heartbeat: Heartbeat
    ) throws(SettingsError) -> HTTPServer {
        // A few scrapers; whoever holds connections open must not use up what the agent needs.
        var limits = HTTPLimits()
        limits.connections = 32
        limits.bodyBytes = 0
        limits.requestTime = .seconds(5)
        limits.closesUnfinished = true
        let queue = BlockingQueue("metrics")
        do throws(HTTPServerError) {
            return try HTTPServer.start(host: address.host, port: address.port, limits: limits) { request in
                guard ["GET", "HEAD"].contains(request.method) else { return text(405, "only GET is answered here\n") }
                switch request.path {
                case "/metrics":
                    return await queue.run { metrics(AgentMetrics.text(inspection)) }
                case "/healthz":
                    guard let problem = heartbeat.problem else { return text(200, "ok\n") }
                    return text(503, problem + "\n")
                default:
                    return text(404, "there are /metrics and /healthz\n")
                }
            }
        } catch {
            throw SettingsError("“metrics_listen”: \(error)")
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
