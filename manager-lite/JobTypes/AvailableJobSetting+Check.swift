import FlamencoAPI

extension AvailableJobSetting {
    /// The expected value, for error messages.
    var expectation: String {
        if let choices { return "one of " + choices.map(JSONText.quoted).joined(separator: ", ") }
        switch (type, subtype) {
        case (.string, .filePath): return "the absolute path of a file"
        case (.string, .dirPath): return "the absolute path of a folder"
        case (.string, .fileName): return "the name of a file, without a folder"
        case (.string, .hashedFilePath):
            return "an absolute path whose last component has \"#\" for the digits of the frame number"
        case (.string, _): return "a string"
        case (.bool, _): return "true or false"
        default: return (type == .int32 ? "a whole number" : "a number") + limitsInWords
        }
    }

    /// Throws unless `value` is valid for the setting.
    func check(_ value: JSONValue) throws(SettingError) {
        let isRight =
            switch (type, value) {
            case (.string, .string(let text)): allows(text)
            case (.bool, .bool): true
            case (.int32, .integer(let number)): Int32(exactly: number) != nil && allows(Double(number))
            case (.int32, .number(let number)): Int32(exactly: number) != nil && allows(number)
            case (.float, .integer(let number)): allows(Double(number))
            case (.float, .number(let number)): allows(number)
            default: false
            }
        guard isRight else { throw SettingError(setting: key, expected: expectation, found: value) }
    }

    /// Throws unless `value` has the right type; whether a path is absolute does not matter.
    func checkKind(_ value: JSONValue) throws(SettingError) {
        var kind = self
        kind.subtype = nil
        try kind.check(value)
    }

    private func allows(_ text: String) -> Bool {
        if let choices { return choices.contains(text) }
        if text.utf8.contains(0) { return false }
        switch subtype {
        case .filePath: return text.isAbsolutePath && !text.endsInSeparator
        case .dirPath, .hashedFilePath: return text.isAbsolutePath
        case .fileName: return !text.isEmpty && !text.contains("/") && !text.contains("\\")
        case .unknown, nil: return true
        }
    }

    // MARK: Limits

    // `min` and `max` are arguments of Blender's properties; they also apply to submitters without Blender.

    private func limit(_ name: String) -> Double? {
        switch propargs?[name] {
        case .integer(let value): Double(value)
        case .number(let value): value
        default: nil
        }
    }

    private func allows(_ number: Double) -> Bool {
        number >= limit("min") ?? -.infinity && number <= limit("max") ?? .infinity
    }

    private var limitsInWords: String {
        switch (propargs?["min"], propargs?["max"]) {
        case (let minimum?, let maximum?): " from \(minimum) to \(maximum)"
        case (let minimum?, nil): ", \(minimum) or more"
        case (nil, let maximum?): ", \(maximum) or less"
        case (nil, nil): ""
        }
    }
}

extension String {
    /// Whether the text is an absolute path on some platform, or starts with a variable that may stand for one.
    var isAbsolutePath: Bool {
        if hasPrefix("/") || hasPrefix("\\\\") || hasPrefix("{") { return true }
        let start = Array(prefix(3))
        return start.count == 3 && start[0].isLetter && start[1] == ":" && (start[2] == "/" || start[2] == "\\")
    }

    fileprivate var endsInSeparator: Bool { hasSuffix("/") || hasSuffix("\\") }
}
