import Agent
import ExecutorKit
import Foundation
import TestSupport
import Testing

@Suite("The pages know everything that there is", .timeLimit(.minutes(1)))
struct ReadmeTests {
    private static let operators = "systemd/README.md"

    /// The default as people read it.
    private static func standard(_ setting: any AnySetting) throws -> String {
        if !setting.otherwise.isEmpty { return setting.otherwise }
        let value = try setting.effective(in: SettingsInput(options: [:], environment: [:], file: nil)).shown.value
        return value.isEmpty ? "required" : "`\(value.filter { $0 != " " })`"
    }

    /// A group of settings as a table.
    private static func table(of group: SettingGroup) throws -> String {
        let rows = try SettingDeclarations.all(of: group)
            .map { "| `\($0.name)` | \($0.purpose) | \(try standard($0)) |\n" }
        return "| setting | what it is for | default |\n|---|---|---|\n" + rows.joined()
    }

    @Test("the tables of settings are made from the declarations; UPDATE_PAGES=1 in the environment writes them")
    func settings() throws {
        let isUpdate = ProcessInfo.processInfo.environment["UPDATE_PAGES"] != nil
        var page = try Checkout.text(Self.operators)
        let groups = Set(SettingDeclarations.all.map(\.group))
        #expect(groups.count > 5)
        for group in groups {
            let start = try #require(
                page.firstRange(of: "<!-- settings: \(group) -->\n")?.upperBound,
                "\(Self.operators) has no table for the group \"\(group)\" of settings")
            let end = try #require(page[start...].firstRange(of: "<!-- end -->")).lowerBound
            let table = try Self.table(of: group)
            if isUpdate {
                page.replaceSubrange(start..<end, with: table)
            } else {
                #expect(page[start..<end] == table)
            }
        }
        if isUpdate { try page.write(toFile: Checkout.path(Self.operators), atomically: true, encoding: .utf8) }
    }

    @Test("and show settings that are allowed")
    func examples() throws {
        let blocks = try Checkout.text(Self.operators).components(separatedBy: "```json5\n").dropFirst()
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
        let readme = try Checkout.text(Self.operators)
        let table = try #require(readme.firstMatch(of: #/\n### The sandbox\n(?s:.*?)\n## /#)).output
        let devices = SandboxPlaces.use.filter { !$0.hasPrefix("/dev/nvidia") && $0 != "/proc/self" }
        for place in SandboxPlaces.read.filter({ !$0.hasPrefix("/etc/") }) + SandboxPlaces.configuration
            + SandboxPlaces.write + devices + ["/dev/nvidia*", SandboxPlaces.configurationPrefix]
        { #expect(table.contains("`\(place)`"), "\(place)") }
    }

    @Test(
        "every command",
        arguments: zip(["flamenco-agent", "manager-lite"], ["systemd/README.md", "manager-lite/README.md"]))
    func commands(program: String, page: String) async throws {
        let readme = try Checkout.text(page)
        let help = await (try RunningProgram(BuiltProducts.path(program), ["help"])).end().output
        let names = help.matches(of: #/\n {2}(?<name>[a-z-]+) {2,}/#).map { String($0.name) }
        #expect(names.contains("version"), "\(help)")
        for name in names where name != "version" {
            #expect(readme.contains("\n| `\(program) \(name)"), "\(name)")
        }
    }

    @Test("every check of the doctor that there is advice for, below a symptom")
    func doctor() async throws {
        let folder = try TemporaryFolder()
        let answer = await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"),
                ["doctor", "--json", "--manager-url", "http://127.0.0.1:1", "--state-dir", folder.path("state")]))
            .end().output
        let readme = try Checkout.text(Self.operators)
        let trouble = try #require(readme.firstMatch(of: #/\n## Trouble, by symptom\n(?s:.*?)\n## /#)).output
        let names = answer.matches(of: #/"name" ?: ?"(?<name>[^"]+)"/#).map { String($0.name) }
        #expect(names.count > 15, "\(answer)")
        for name in names { #expect(trouble.contains(try Regex("`[✗!] \(name)`")), "\(name)") }
    }

    @Test("every member of a manifest")
    func manifest() throws {
        let readme = try Checkout.text("executors/README.md")
        for key in ExecutorManifest.keys { #expect(readme.contains("\n| `\(key)` | "), "\(key)") }
    }
}
