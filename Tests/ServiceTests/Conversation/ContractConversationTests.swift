import FlamencoAPI
import Foundation
import HTTPServer
import Testing

@Suite("The same conversation with a manager in each dialect")
struct ContractConversationTests {
    @Test("gives the answers that the contract has", arguments: APIDialect.allCases)
    func conversation(dialect: APIDialect) async throws {
        let manager = Manager()
        var kept: [String: String] = [:]
        for step in ContractConversation.steps {
            if let feature = step.feature, !dialect.has(feature) { continue }
            let route = step.operation.route(in: dialect)
            let body = step.body.map { $0.said(in: dialect, kept) }
            let path = route.path(step.arguments.map { $0.replacingKept(kept) })
            let user = step.user.map { (id: $0.replacingKept(kept), secret: "secret") }
            if let image = step.image {
                let headers: HTTPHeaders = ["Content-Type": "image/png", "Content-Length": String(image.count)]
                let answer = await manager.send(route.method, path, image, headers: headers, as: user)
                try #require(answer.status == step.status, "\(step.title): \(answer.status)")
                continue
            }
            let answer = await manager.ask(route.method, path, body?.description, as: user)
            try #require(
                answer.status == step.status, "\(step.title): \(answer.status) \(answer.body?.description ?? "")")
            if let reply = step.reply?.said(in: dialect, kept) {
                try #require(reply.isPart(of: answer.body), "\(step.title): \(answer.body?.description ?? "nothing")")
            }
            for (name, path) in step.keep {
                kept[name] = try #require(answer.body?.at(path)?.stringValue, "\(step.title): no \(name)")
            }
        }
    }

    @Test("asks for everything that each of them has", arguments: APIDialect.allCases)
    func completeness(dialect: APIDialect) {
        let asked = Set(ContractConversation.steps.map(\.operation))
        let missing = FlamencoAPI.Operation.allCases.filter { $0.isPart(of: dialect) && !asked.contains($0) }
        #expect(missing.isEmpty)
    }
}
