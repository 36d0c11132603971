import FlamencoAPI
import Foundation
import Testing

@Suite("The page of the contract")
struct ContractPageTests {
    private let rows: [String: [String]]

    init() throws {
        let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let page = try String(contentsOf: root.appending(path: "Sources/FlamencoAPI/README.md"), encoding: .utf8)
        let section = try #require(page.components(separatedBy: "## Operations").last)
        rows = section.split(separator: "\n").filter { $0.hasPrefix("| `") }.reduce(into: [:]) { rows, line in
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            rows[cells[0].trimmingCharacters(in: ["`"]), default: []] += cells.dropFirst()
        }
    }

    @Test("has every operation, with its route, and says which API has it", arguments: FlamencoAPI.Operation.allCases)
    func operations(operation: FlamencoAPI.Operation) throws {
        let row = try #require(rows[operation.rawValue])
        #expect(row.count == 2)
        for dialect in APIDialect.allCases where operation.isPart(of: dialect) {
            let route = operation.route(in: dialect)
            #expect(row[0].contains("`\(route.method) \(route.template.dropFirst(dialect.root.count))`"))
        }
        #expect(row[1] == (operation.isPart(of: .v2022) ? "yes" : "–"))
    }

    @Test("names nothing else") func nothingElse() {
        #expect(Set(rows.keys) == Set(FlamencoAPI.Operation.allCases.map(\.rawValue)))
    }
}
