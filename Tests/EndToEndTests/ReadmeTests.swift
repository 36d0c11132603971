import Agent
import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("The READMEs know everything that there is", .timeLimit(.minutes(1)))
struct ReadmeTests {
    @Test("every setting, with what it is for")
    func settings() throws {
        let readme = try Checkout.text("README.md")
        for key in SettingDeclarations.all {
            #expect(readme.contains("\n| `\(key.name)` | \(key.purpose) | "), "\(key.name)")
        }
    }

    @Test("every command", arguments: ["flamenco-agent", "manager-lite"])
    func commands(program: String) async throws {
        let readme = try Checkout.text("README.md")
        let help = await (try RunningProgram(BuiltProducts.path(program), ["help"])).end().output
        let names = help.matches(of: #/\n {2}(?<name>[a-z-]+) {2,}/#).map { String($0.name) }
        #expect(names.contains("version"), "\(help)")
        for name in names where name != "version" {
            #expect(readme.contains("\n| `\(program) \(name)"), "\(name)")
        }
    }

    @Test("every member of a manifest")
    func manifest() throws {
        let readme = try Checkout.text("executors/README.md")
        for key in ExecutorManifest.keys { #expect(readme.contains("\n| `\(key)` | "), "\(key)") }
    }
}
