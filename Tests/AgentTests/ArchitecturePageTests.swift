import Foundation
import Testing

@Suite("The page about the architecture")
struct ArchitecturePageTests {
    private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent()

    private let page: String

    init() throws {
        page = try String(contentsOf: Self.root.appending(path: "Sources/README.md"), encoding: .utf8)
    }

    /// The names of the Swift files that a text mentions.
    private func files(in text: some StringProtocol) -> Set<String> {
        Set(String(text).matches(of: #/([\w+]+\.swift)`/#).map { String($0.output.1) })
    }

    @Test("names files that are there")
    func names() throws {
        var known: Set<String> = ["Package.swift"]
        for folder in ["Sources", "executors", "Tests"] {
            let paths = try FileManager.default.subpathsOfDirectory(atPath: Self.root.appending(path: folder).path)
            known.formUnion(paths.map { URL(filePath: $0).lastPathComponent })
        }
        #expect(files(in: page).subtracting(known).isEmpty)
    }

    @Test("leads a task from the request to the log at the manager through 40 files at most")
    func way() throws {
        let way = try #require(page.components(separatedBy: "\n## ").first { $0.hasPrefix("The way of a task\n") })
        #expect((30...40).contains(files(in: way).count))
    }
}
