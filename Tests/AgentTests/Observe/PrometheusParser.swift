import FlamencoAPI
import Foundation
import TestSupport

/// A metric as the parser of Prometheus' client for Python sees it, which knows nothing of ours.
struct ParsedMetric: Decodable, Sendable {
    struct Sample: Decodable, Sendable {
        let name: String
        let labels: [String: String]
        let value: Double
    }

    let name: String
    let documentation: String
    let type: String
    let samples: [Sample]

    /// What the parser makes of a text.
    static func all(in text: String) async throws -> [ParsedMetric] {
        let folder = try TemporaryFolder()
        let file = try folder.write("metrics", text)
        let script = """
            import json, sys
            from prometheus_client.parser import text_string_to_metric_families
            families = text_string_to_metric_families(open(sys.argv[1]).read())
            print(json.dumps([{
                "name": f.name, "documentation": f.documentation, "type": f.type,
                "samples": [{"name": s.name, "labels": s.labels, "value": s.value} for s in f.samples],
            } for f in families]))
            """
        let program = try RunningProgram(Checkout.python, ["-c", script, file])
        return try WireJSON.decode([ParsedMetric].self, from: Data(await program.end().output.utf8))
    }
}

extension [ParsedMetric] {
    /// The value of the sample of this name with these labels.
    func value(_ name: String, _ labels: [String: String] = [:]) -> Double? {
        flatMap(\.samples).first { $0.name == name && $0.labels == labels }?.value
    }
}
