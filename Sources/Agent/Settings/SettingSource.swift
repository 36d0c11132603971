/// Where the value of a setting came from.
package enum SettingSource: Hashable, Sendable, CustomStringConvertible {
    case commandLine(option: String)
    case environment(variable: String)
    case file(path: String)
    case builtIn

    package var description: String {
        switch self {
        case .commandLine(let option): option
        case .environment(let variable): variable
        case .file(let path): path
        case .builtIn: "default"
        }
    }
}
