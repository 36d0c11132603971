import FlamencoAPI
import FoundationEssentials
import HumanText
import System

/// The result of running a script: the output of `host.js`.
struct HostAnswer {
    /// A message of a script.
    struct Message: Decodable, Hashable, Sendable {
        enum Kind: String, Decodable, Sendable {
            /// From `print`.
            case print
            /// From `alert`.
            case alert
            /// A warning about how it calls the API functions.
            case warning
        }

        let kind: Kind
        let text: String
    }

    /// The value of `JOB_TYPE`.
    let definition: JSONValue?
    /// The job compiled by the script.
    let job: JSONValue?
    let messages: [Message]

    /// Deeper than JSON on the wire, because settings and parameters may have its full depth.
    private static let depth = WireJSON.wireDepth + 16

    /// - Parameter file: the name of the script.
    /// - Throws: ``JobTypeScriptError``, with the script's own error if it threw one.
    init(_ end: BoundedProgram.End, file: String, limits: Node.Limits) throws(JobTypeScriptError) {
        let tree = try? WireJSON.parse(end.output, depth: Self.depth)
        guard let tree else { throw Self.problem(end, file: file, limits: limits) }
        let messages = tree["messages"].flatMap { try? WireJSON.decode([Message].self, from: $0) } ?? []
        if let error = tree["error"] {
            throw Self.problem(error, messages: messages, file: file, errors: end.errors, limits: limits)
        }
        self.messages = messages
        definition = tree["definition"]
        job = tree["job"]
    }

    /// Returns the error that the script threw.
    private static func problem(
        _ error: JSONValue, messages: [Message], file: String, errors: Data, limits: Node.Limits
    ) -> JobTypeScriptError {
        if error["kind"] == "timeout" {
            return JobTypeScriptError(
                file: file, message: "the script did not finish within \(DurationText.text(limits.time))",
                messages: messages)
        }
        var line: Int? = if case .integer(let number)? = error["line"] { Int(exactly: number) } else { nil }
        if line == nil, error["kind"] == "thrown" { line = firstLine(of: errors, file: file) }
        return JobTypeScriptError(
            file: file, line: line, message: error["message"]?.stringValue ?? "an error without a message",
            messages: messages)
    }

    /// Node prints where an uncaught exception was thrown, as `my_type.js:12`.
    private static func firstLine(of errors: Data, file: String) -> Int? {
        let place = String(decoding: errors, as: UTF8.self).split(separator: "\n").first { $0.hasPrefix("\(file):") }
        return place.flatMap { Int($0.dropFirst(file.count + 1)) }
    }

    /// Returns why there is no answer at all.
    private static func problem(_ end: BoundedProgram.End, file: String, limits: Node.Limits) -> JobTypeScriptError {
        let errors = String(decoding: end.errors, as: UTF8.self)
        let message =
            switch end.outcome {
            case .outOfTime: "the script did not finish within \(DurationText.text(limits.time))"
            case .tooTalkative: "the tasks of the job are too large"
            case .notStarted(let number): "node cannot be started: \(String(cString: strerror(number)))"
            case .exited, .signalled:
                if errors.contains("heap out of memory") || errors.contains("heap limit") {
                    "the script used more than \(limits.megabytes) MiB of memory"
                } else if case .signalled(let signal) = end.outcome {
                    "node was killed by signal \(signal)"
                } else {
                    "node exited without an answer: \(errors.split(separator: "\n").last ?? "it printed nothing")"
                }
            }
        return JobTypeScriptError(file: file, message: message)
    }
}
