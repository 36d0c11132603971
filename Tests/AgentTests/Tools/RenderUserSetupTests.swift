import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Agent

@Suite("Changing who programs run as")
struct RenderUserSetupTests {
    private let folder: TemporaryFolder
    private var settings: String { folder.path("settings.json5") }

    init() throws { folder = try TemporaryFolder() }

    private func change(_ text: String, to user: String?) throws -> String {
        try folder.write("settings.json5", text)
        _ = try RenderUserSetup(settings: settings).change(to: user)
        return try String(contentsOfFile: settings, encoding: .utf8)
    }

    @Test(
        "changes one line of the settings and leaves all others, comments too",
        arguments: [
            ("{\n    a: 1, // one\n}\n", "{\n    run_as_user: \"nobody\",\n    a: 1, // one\n}\n"),
            ("{\n  run_as_user: \"x\", // who\n  a: 1}", "{\n  run_as_user: \"nobody\", // who\n  a: 1}"),
            ("{\n  'run_as_user' : 'x'\n}", "{\n  run_as_user: \"nobody\",\n}"),
            ("// a\n{\n  // run_as_user: \"x\",\n}\n", "// a\n{\n  run_as_user: \"nobody\",\n}\n"),
            ("{a: 1}", "{run_as_user: \"nobody\", a: 1}"), ("{}\n", "{run_as_user: \"nobody\", }\n"),
            ("{\n  run_as_user: \"nobody\"\n}", "{\n  run_as_user: \"nobody\"\n}"),
        ])
    func on(before: String, after: String) throws {
        #expect(try change(before, to: "nobody") == after)
    }

    @Test(
        "takes it out as a comment",
        arguments: [
            ("{\n  run_as_user: \"x\", // who\n  a: 1}", "{\n  // run_as_user: \"x\", // who\n  a: 1}"),
            ("{\n  a: 1\n}", "{\n  a: 1\n}"),
        ])
    func off(before: String, after: String) throws {
        #expect(try change(before, to: nil) == after)
    }

    @Test(
        "does not touch what it does not understand",
        arguments: [
            ("{run_as_user: 'x', a: 1}", nil, "remove it there"),
            (
                "{a: {\n  // run_as_user: \"x\",\n}}", "nobody",
                "write run_as_user: \"nobody\" there, on a line of its own"
            ),
        ] as [(String, String?, String)])
    func tooDifficult(text: String, user: String?, advice: String) throws {
        let error = #expect(throws: SettingsError.self) { try change(text, to: user) }
        #expect(error?.description == "cannot change \"run_as_user\" in \(settings) as it is written: \(advice)")
        #expect(try String(contentsOfFile: settings, encoding: .utf8) == text)
        #expect(try folder.names() == ["settings.json5"])
    }

    @Test("refuses users that there are not, and root")
    func users() throws {
        let missing = #expect(throws: SettingsError.self) { try change("{\n}", to: "nobody-of-that-name") }
        #expect(
            missing?.description.hasPrefix("there is no user \"nobody-of-that-name\" on this machine: create it")
                == true)
        let root = #expect(throws: SettingsError.self) { try change("{\n}", to: "root") }
        #expect(root?.description == "programs must not run as \"root\", which is root")
    }

    @Test("keeps owner and mode of the file, and a link to it")
    func keeps() throws {
        try folder.write("real/settings.json5", "{\n}")
        chmod(folder.path("real/settings.json5"), 0o640)
        symlink("real/settings.json5", settings)
        _ = try RenderUserSetup(settings: settings).change(to: "nobody")
        var status = stat()
        #expect(lstat(settings, &status) == 0 && status.st_mode & S_IFMT == S_IFLNK)
        #expect(stat(settings, &status) == 0 && status.st_mode & 0o777 == 0o640)
        #expect(try SettingsFile(path: settings).values["run_as_user"] == .string("nobody"))
    }

    @Test(
        "knows the unit of the settings",
        arguments: [
            ("/etc/flamenco-agent/settings.json5", "flamenco-agent.service"),
            ("/etc/flamenco-agent/gpu0.json5", "flamenco-agent@gpu0.service"),
            ("/home/me/settings.json5", nil), ("/etc/flamenco-agent/x/y.json5", nil), ("/etc/flamenco-agent/x", nil),
        ])
    func unit(settings: String, unit: String?) {
        #expect(RenderUserSetup(settings: settings).unit == unit)
    }

    @Test("the part of the unit is there while a user is set, and grants what an agent needs and no more")
    func dropIn() throws {
        let setup = RenderUserSetup(
            settings: settings, units: folder.path("units"), unit: "flamenco-agent@gpu0.service")
        try folder.write("settings.json5", "{\n}")
        let part = folder.path("units/flamenco-agent@gpu0.service.d/render-user.conf")
        #expect(try setup.change(to: "nobody").first == "wrote \(part)")
        let text = try String(contentsOfFile: part, encoding: .utf8)
        let granted = RenderUser.capabilities.joined(separator: " ")
        #expect(text.hasSuffix("\n[Service]\nAmbientCapabilities=\(granted)\nCapabilityBoundingSet=\(granted)\n"))
        #expect(try setup.change(to: "nobody") == ["\(part) already exists", "\(settings) is already so"])
        #expect(try setup.change(to: nil).last == "removed \(part)")
        #expect(!FileManager.default.fileExists(atPath: folder.path("units/flamenco-agent@gpu0.service.d")))
        #expect(try setup.change(to: nil) == ["\(settings) is already so"])
    }
}
