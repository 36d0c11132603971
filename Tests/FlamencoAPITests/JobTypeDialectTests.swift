import FlamencoAPI
import FoundationEssentials
import Testing

@Suite("Job types in both dialects")
struct JobTypeDialectTests {
    private func text(_ value: some Encodable, in dialect: APIDialect) throws -> String {
        String(decoding: try WireJSON.encode(value, in: dialect), as: UTF8.self)
    }

    @Test(
        "who sees a setting: a word in Flamenco 3, yes or no to submitters in 2022",
        arguments: [
            (AvailableJobSettingVisibility.visible, "visible", true), (.hidden, "hidden", false),
            (.submission, "submission", true), (.web, "web", false),
        ])
    func visibility(visibility: AvailableJobSettingVisibility, word: String, isSeen: Bool) throws {
        let setting = AvailableJobSetting(key: "k", type: .bool, visible: visibility)
        #expect(try text(setting, in: .v3) == #"{"key":"k","type":"bool","visible":"\#(word)"}"#)
        #expect(try text(setting, in: .v2022) == #"{"key":"k","type":"bool","visible":\#(isSeen)}"#)
        #expect(
            try WireJSON.decode(AvailableJobSetting.self, from: WireJSON.encode(setting, in: .v3), in: .v3) == setting)
    }

    @Test("labels, what is said of expressions, descriptions and versions are there in Flamenco 3 only")
    func labels() throws {
        let type = AvailableJobType(
            name: "n", label: "l", description: "d",
            settings: [
                AvailableJobSetting(
                    key: "k", type: .string, label: "K", eval: "x",
                    evalInfo: AvailableJobSettingEvalInfo(showLinkButton: true, description: "the x"))
            ], etag: "e")
        let old = #"{"label":"l","name":"n","settings":[{"eval":"x","key":"k","type":"string"}]}"#
        let new =
            #"{"description":"d","etag":"e","label":"l","name":"n","settings":[{"eval":"x","evalInfo":{"description":"the x","showLinkButton":true},"key":"k","label":"K","type":"string"}]}"#
        #expect(try text(type, in: .v2022) == old)
        #expect(try text(type, in: .v3) == new)
        #expect(try WireJSON.decode(AvailableJobType.self, from: Data(new.utf8), in: .v3) == type)
    }

    @Test(
        "fingerprints are FNV-1a, by its published examples",
        arguments: [("", "cbf29ce484222325"), ("a", "af63dc4c8601ec8c"), ("foobar", "85944171f73967e8")])
    func fingerprint(text: String, fingerprint: String) { #expect(Fingerprint.of(text.utf8) == fingerprint) }
}
