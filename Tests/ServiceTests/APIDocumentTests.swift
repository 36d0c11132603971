import FlamencoAPI
import Foundation
import Service
import Testing

@Suite("The documents that describe the APIs")
struct APIDocumentTests {
    private static func document(_ dialect: APIDialect) async throws -> JSONValue {
        let path = FlamencoAPI.Operation.getDocument.route(in: dialect).path()
        let answer = await Manager().ask("GET", path)
        #expect(answer.status == 200)
        return try #require(answer.body)
    }

    @Test(
        "are where people look for them",
        arguments: [(APIDialect.v2022, "/api/openapi.json"), (.v3, "/api/v3/openapi3.json")])
    func place(dialect: APIDialect, path: String) async throws {
        #expect(FlamencoAPI.Operation.getDocument.route(in: dialect).path() == path)
        #expect(try await Self.document(dialect)["openapi"] == "3.0.3")
    }

    @Test("have every operation at its place, with what it needs", arguments: APIDialect.allCases)
    func operations(dialect: APIDialect) async throws {
        let document = try await Self.document(dialect)
        var count = 0
        for operation in FlamencoAPI.Operation.allCases where operation.isPart(of: dialect) {
            let route = operation.route(in: dialect)
            let described = try #require(
                document["paths"]?[route.template]?[route.method.lowercased()], "\(operation)")
            #expect(described["operationId"] == .string("\(operation)"))
            #expect((described["security"] != nil) == operation.needsWorker, "\(operation)")
            count += 1
        }
        guard case .object(let paths) = document["paths"] else {
            Issue.record("there are no paths")
            return
        }
        let all = paths.values.reduce(0) { sum, path in
            if case .object(let methods) = path { sum + methods.count } else { sum }
        }
        #expect(all == count)
    }

    @Test("refer to nothing that is not there, and have nothing that nobody refers to", arguments: APIDialect.allCases)
    func references(dialect: APIDialect) async throws {
        let document = try await Self.document(dialect)
        guard case .object(let schemas) = document["components"]?["schemas"] else {
            Issue.record("there are no schemas")
            return
        }
        #expect(Self.references(in: document) == Set(schemas.keys.map { "#/components/schemas/" + $0 }))
    }

    private static func references(in value: JSONValue) -> Set<String> {
        switch value {
        case .object(let members):
            members.reduce(into: []) { found, member in
                if member.key == "$ref", let target = member.value.stringValue { found.insert(target) }
                found.formUnion(references(in: member.value))
            }
        case .array(let elements): elements.reduce(into: []) { $0.formUnion(references(in: $1)) }
        default: []
        }
    }
}
