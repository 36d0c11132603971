import Agent
import CommandLineOptions

/// What `help SETTING` prints: everything that is known of one setting.
enum SettingHelp {
    /// A topic for each setting.
    static let topics = SettingDeclarations.all.map { setting in
        HelpTopic(setting.name) { text(of: setting) }
    }

    private static func text(of setting: any AnySetting) -> String {
        var help = HelpText()
        help.add(paragraph: "\(setting.name): \(setting.purpose).")
        help.add(paragraph: setting.details)
        help.add("", rows(of: setting))
        return help.text
    }

    private static func rows(of setting: any AnySetting) -> [(term: String, meaning: String)] {
        let option = CommandOption(setting.option, value: setting.optionValue, help: "").usage
        var rows: [(term: String, meaning: String)] = [
            ("settings file", "\(setting.name): \(setting.sample)"), ("option", option),
            ("environment", setting.variable), ("value", setting.expected + notation(of: setting)),
            ("default", setting.defaultText.isEmpty ? "none; the setting is required" : setting.defaultText),
        ]
        if !setting.needs.isEmpty { rows.append(("needs", setting.needs)) }
        let related = SettingDeclarations.all(of: setting.group).map(\.name).filter { $0 != setting.name }
        rows.append(("see also", related.joined(separator: ", ")))
        return rows
    }

    /// How values are written outside of the file, or with which units.
    private static func notation(of setting: any AnySetting) -> String {
        guard let name = setting.optionValue?.name else { return "; the option alone means true" }
        if name.contains("SIZE") {
            return "; K, M, G and T (or KiB, MiB, …) are powers of 1024, kB, MB, GB and TB powers of 1000"
        }
        if name == "DURATION" { return "; units are ms, s, m, h and d, a number alone is in seconds" }
        if name.contains(",...") { return "; outside of the file separated by commas" }
        return name == "JSON" ? "; outside of the file as JSON" : ""
    }
}
