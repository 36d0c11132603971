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

    @Test("and show settings that are allowed")
    func examples() throws {
        let blocks = try Checkout.text("README.md").components(separatedBy: "```json5\n").dropFirst()
            .compactMap { $0.components(separatedBy: "\n```").first }.filter { $0.contains("manager_url") }
        #expect(blocks.count > 4)
        let folder = try TemporaryFolder()
        for block in blocks {
            let file = try SettingsFile(path: folder.write("settings.json5", block))
            let settings = try Settings(
                SettingsInput(options: [:], environment: [:], file: file), machineName: "node")
            #expect(!settings.managerURL.isEmpty)
            _ = try ProgramEnvironment(settings, agent: ["PATH": "/bin", "HOME": "/"], user: nil)
        }
    }

    @Test("every place that programs may use in the sandbox")
    func sandbox() throws {
        let readme = try Checkout.text("README.md")
        let table = try #require(readme.firstMatch(of: #/\n### The sandbox\n(?s:.*?)\n## /#)).output
        let devices = SandboxPlaces.use.filter { !$0.hasPrefix("/dev/nvidia") && $0 != "/proc/self" }
        for place in SandboxPlaces.read.filter({ !$0.hasPrefix("/etc/") }) + SandboxPlaces.configuration
            + SandboxPlaces.write + devices + ["/dev/nvidia*", SandboxPlaces.configurationPrefix]
        { #expect(table.contains("`\(place)`"), "\(place)") }
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
