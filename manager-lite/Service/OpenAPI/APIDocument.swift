import FlamencoAPI

/// The OpenAPI 3.0.3 description of an API, generated from the program's own operations and routes.
struct APIDocument {
    private let dialect: APIDialect

    init(_ dialect: APIDialect) { self.dialect = dialect }

    /// The document.
    var json: JSONValue {
        [
            "openapi": "3.0.3",
            "info": [
                "title": .string("manager-lite, \(dialect.name)"), "version": .string(Service.ownVersion),
                "description": "The API of manager-lite, a Flamenco manager in memory, for workers and users.",
                "license": ["name": "MIT"],
            ],
            "tags": .array(
                OperationDescription.Tag.allCases.map {
                    ["name": .string($0.rawValue), "description": .string($0.summary)]
                }),
            "paths": .object(paths),
            "components": [
                "schemas": .object(APISchemas(dialect: dialect).all),
                "securitySchemes": [
                    "worker_auth": [
                        "type": "http", "scheme": "basic",
                        "description": "The worker's UUID, and the secret that it sent at registration.",
                    ]
                ],
            ],
        ]
    }

    private var operations: [FlamencoAPI.Operation] {
        FlamencoAPI.Operation.allCases.filter { $0.isPart(of: dialect) }
    }

    private var paths: [String: JSONValue] {
        Dictionary(grouping: operations) { $0.route(in: dialect).template }.mapValues { operations in
            .object(
                Dictionary(
                    operations.map { ($0.route(in: dialect).method.lowercased(), describe($0)) },
                    uniquingKeysWith: { first, _ in first }))
        }
    }

    private func describe(_ operation: FlamencoAPI.Operation) -> JSONValue {
        let route = operation.route(in: dialect)
        let description = operation.description(in: dialect)
        var members: [String: JSONValue] = [
            "operationId": .string("\(operation)"), "summary": .string(description.summary),
            "tags": [.string(description.tag.rawValue)],
            "responses": .object(responses(to: operation, description)),
        ]
        if operation.needsWorker { members["security"] = [["worker_auth": []]] }
        let parameters = route.variables
        if !parameters.isEmpty { members["parameters"] = .array(parameters.map(Self.parameter)) }
        if let body = description.body {
            let content = body.content.mapValues { schema -> JSONValue in
                var media: [String: JSONValue] = ["schema": schema]
                media["example"] = body.example
                return .object(media)
            }
            members["requestBody"] = ["required": true, "content": .object(content)]
        }
        return .object(members)
    }

    private func responses(
        to operation: FlamencoAPI.Operation, _ description: OperationDescription
    ) -> [String: JSONValue] {
        var answers = description.answers
        let variables = operation.route(in: dialect).variables
        if description.body != nil || variables.contains(where: Self.isIdentity) {
            answers.append(.refusal(400, "The request is invalid; the message describes the error."))
        }
        if operation.needsWorker {
            answers += [.refusal(401, "The credentials are missing."), .refusal(403, "The credentials are wrong.")]
        }
        return Dictionary(
            answers.map { answer in
                var response: [String: JSONValue] = ["description": .string(answer.summary)]
                if !answer.content.isEmpty {
                    response["content"] = .object(answer.content.mapValues { ["schema": $0] })
                }
                response["links"] = answer.gives.map { .object(links(with: $0.variable, at: $0.pointer)) }
                return (String(answer.status), .object(response))
            }, uniquingKeysWith: { first, _ in first })
    }

    /// Returns links to the operations that take an ID from an answer.
    private func links(with variable: String, at pointer: String) -> [String: JSONValue] {
        let takers = operations.filter { $0.route(in: dialect).variables.contains(variable) }
        return Dictionary(
            takers.map { operation in
                (
                    "\(operation)",
                    [
                        "operationId": .string("\(operation)"),
                        "parameters": .object([variable: .string("$response.body#" + pointer)]),
                    ]
                )
            }, uniquingKeysWith: { first, _ in first })
    }

    private static func parameter(_ name: String) -> JSONValue {
        let schema: JSONValue =
            switch name {
            case _ where isIdentity(name): Schema.identity
            case "audience": Schema.words(["users", "workers"])
            default: ["type": "string", "minLength": 1]
            }
        return ["name": .string(name), "in": "path", "required": true, "schema": schema]
    }

    private static func isIdentity(_ variable: String) -> Bool { variable.hasSuffix("_id") }
}
