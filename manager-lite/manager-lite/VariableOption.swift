import CommandLineOptions
import Farm
import FlamencoAPI
import HumanText

/// A value of a variable on the command line: `NAME=VALUE`, or `NAME@PLATFORM=VALUE` for workers and users on a
/// platform, or `NAME@AUDIENCE=VALUE` for one of these; or with both.
struct VariableOption {
    let name: String
    let value: String
    private(set) var platform: Platform?
    private(set) var audience: VariableAudience?

    static let usage = "NAME[@PLATFORM]=VALUE"

    /// - Throws: ``UsageError`` with the problem of the text.
    init(_ text: String, option: String) throws {
        let key: String
        (key, value) = try KeyAndValue.split(text, option: option)
        var parts = key.split(separator: "@", omittingEmptySubsequences: false).map(String.init)
        name = parts.removeFirst()
        guard !name.isEmpty, !name.contains(where: { "{}".contains($0) }) else {
            throw UsageError("\(option) should begin with the name of a variable, but is \"\(text)\"")
        }
        for part in parts {
            if let platform = Platform(rawValue: part) {
                self.platform = platform
            } else if let audience = VariableAudience(rawValue: part) {
                self.audience = audience
            } else {
                let known = Platform.allCases.map(\.rawValue) + VariableAudience.allCases.map(\.rawValue)
                let suggestion =
                    NearestName.to(part, among: known).map { "did you mean \"\($0)\"?" }
                    ?? "there are \(known.joined(separator: ", "))"
                throw UsageError(
                    "\(option): \"\(part)\" in \"\(text)\" is neither a platform nor an audience; \(suggestion)")
            }
        }
    }

    /// Throws unless the value is the absolute path of a folder on a platform, other than the root.
    func requireFolder(option: String) throws {
        guard let platform else {
            throw UsageError(
                "\(option) \"\(name)\" needs a platform, for example \(name)@linux=/render, because paths differ between platforms"
            )
        }
        guard platform.isFolderBelowRoot(value) else {
            throw UsageError(
                "\(option) \"\(name)\" should be an absolute path on \(platform.rawValue), such as "
                    + "\(platform == .windows ? #"R:\render"# : "/render"), but is \"\(value)\"")
        }
    }
}

extension Variables {
    /// Creates the standard variables, and those on a command line.
    ///
    /// - Throws: ``UsageError`` with the problem of an option.
    init(_ arguments: ParsedArguments) throws {
        self = .standard
        let oneWay = try arguments.all("--variable").map { try VariableOption($0, option: "--variable") }
        for option in oneWay {
            set(option.name, to: option.value, on: option.platform?.rawValue, for: option.audience)
        }
        for text in arguments.all("--two-way") {
            let option = try VariableOption(text, option: "--two-way")
            try option.requireFolder(option: "--two-way")
            guard !oneWay.contains(where: { $0.name == option.name }), Variables.standard.isUnknown(option.name) else {
                throw UsageError(
                    "--two-way \"\(option.name)\" cannot be a two-way variable; use another name")
            }
            set(option.name, to: option.value, on: option.platform?.rawValue, for: option.audience, isTwoWay: true)
        }
    }

    private func isUnknown(_ name: String) -> Bool { value(of: name, on: Platform.own.rawValue) == nil }
}
