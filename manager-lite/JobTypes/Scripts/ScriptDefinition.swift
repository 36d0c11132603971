import FlamencoAPI
import HumanText

/// The `JOB_TYPE` of a script: the valid part, and warnings about the rest.
struct ScriptDefinition {
    let label: String
    let description: String?
    private(set) var settings: [AvailableJobSetting] = []
    private(set) var warnings: [String] = []
    private let file: String

    private static let members = ["label", "description", "settings"]
    private static let settingMembers = [
        "key", "type", "subtype", "choices", "propargs", "label", "description", "default", "eval", "evalInfo",
        "visible", "required", "editable",
    ]

    /// - Throws: ``JobTypeScriptError`` if it is not a valid definition of a job type.
    init(_ value: JSONValue, file: String) throws(JobTypeScriptError) {
        self.file = file
        guard case .object(let members) = value else {
            throw JobTypeScriptError(file: file, message: "JOB_TYPE should be an object, but is \(value.kind)")
        }
        guard let label = members["label"]?.stringValue, !label.isEmpty else {
            throw JobTypeScriptError(file: file, message: "JOB_TYPE has no label, the name shown to users")
        }
        self.label = label
        description = members["description"]?.stringValue
        let settings: [JSONValue] = if case .array(let list)? = members["settings"] { list } else { [] }
        noteUnknown(members, among: Self.members, in: "JOB_TYPE")
        for (index, setting) in settings.enumerated() { try add(setting, index) }
    }

    private mutating func add(_ value: JSONValue, _ index: Int) throws(JobTypeScriptError) {
        let name = value["key"]?.stringValue.map { "setting \"\($0)\"" } ?? "setting \(index + 1)"
        func refuse(_ problem: String) -> JobTypeScriptError {
            JobTypeScriptError(file: file, message: "JOB_TYPE, \(name): \(problem)")
        }
        guard case .object(var members) = value else { throw refuse("expected an object, found \(value.kind)") }
        noteUnknown(members, among: Self.settingMembers, in: name)
        // Flamenco of 2022 had Booleans instead of strings.
        if case .bool(let isVisible)? = members["visible"] { members["visible"] = isVisible ? "visible" : "hidden" }
        let setting: AvailableJobSetting
        do throws(JSONError) {
            setting = try WireJSON.decode(AvailableJobSetting.self, from: .object(members), in: .v3)
        } catch {
            throw refuse("\(error)")
        }
        if setting.key.isEmpty { throw refuse("its key is empty") }
        if let other = settings.first(where: { $0.key == setting.key }) {
            throw refuse("\"\(other.key)\" is declared twice")
        }
        try requireKnown(setting.type, "type", refuse)
        if let subtype = setting.subtype { try requireKnown(subtype, "subtype", refuse) }
        if let visible = setting.visible { try requireKnown(visible, "visible", refuse) }
        settings.append(setting)
        if let value = setting.default {
            do throws(SettingError) { try setting.checkKind(value) } catch {
                warnings.append("setting \"\(setting.key)\": its default: \(error.problem)")
            }
        }
    }

    private func requireKnown<Value: WireEnum>(
        _ value: Value, _ member: String, _ refuse: (String) -> JobTypeScriptError
    ) throws(JobTypeScriptError) {
        guard value.unknownSpelling != nil else { return }
        let known = Value.spellings.map { "\"\($0.1)\"" }.joined(separator: ", ")
        throw refuse("\"\(member)\": expected one of \(known), found \"\(value)\"")
    }

    /// Flamenco ignores members that it does not know, which are most often misspelled.
    private mutating func noteUnknown(_ members: [String: JSONValue], among known: [String], in place: String) {
        for member in members.keys.sorted() where !known.contains(member) {
            let suggestion = NearestName.to(member, among: known).map { "; did you mean \"\($0)\"?" } ?? ""
            warnings.append("\(place): \"\(member)\" is not known to Flamenco\(suggestion)")
        }
    }
}
