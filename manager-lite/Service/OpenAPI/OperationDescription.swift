import FlamencoAPI

/// The description of an operation, except for its route.
struct OperationDescription {
    /// The body of a request.
    struct Body {
        /// The schemas, by media type.
        let content: [String: JSONValue]
        /// A valid example, for JSON.
        var example: JSONValue?

        static func json(_ schema: String, example: JSONValue? = nil) -> Body {
            Body(content: ["application/json": Schema.named(schema)], example: example)
        }
    }

    /// An answer.
    struct Answer {
        let status: Int
        let summary: String
        /// The schemas, by media type; empty if there is no content.
        let content: [String: JSONValue]
        /// An ID that other operations take: the variable in their paths, and its place in the answer (RFC 6901).
        var gives: (variable: String, pointer: String)?

        /// Creates an answer with JSON.
        static func json(
            _ status: Int, _ summary: String, _ schema: String, gives: (variable: String, pointer: String)? = nil
        ) -> Answer {
            Answer(status: status, summary: summary, content: ["application/json": Schema.named(schema)], gives: gives)
        }

        /// Creates an answer with text.
        static func text(_ summary: String) -> Answer {
            Answer(status: 200, summary: summary, content: ["text/plain": Schema.text])
        }

        /// Creates an answer without content.
        static func nothing(_ status: Int = 204, _ summary: String) -> Answer {
            Answer(status: status, summary: summary, content: [:])
        }

        /// Creates an error.
        static func refusal(_ status: Int, _ summary: String) -> Answer { json(status, summary, "Error") }
    }

    /// The groups of operations.
    enum Tag: String, CaseIterable {
        case meta, worker, jobs
        case workerManagement = "worker-mgt"

        var summary: String {
            switch self {
            case .meta: "The manager itself."
            case .worker: "Operations for workers."
            case .jobs: "Jobs and tasks."
            case .workerManagement: "Management of workers."
            }
        }
    }

    let tag: Tag
    let summary: String
    let body: Body?
    let answers: [Answer]

    init(_ tag: Tag, _ summary: String, body: Body? = nil, _ answers: Answer...) {
        self.tag = tag
        self.summary = summary
        self.body = body
        self.answers = answers
    }
}
