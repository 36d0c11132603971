/// What is wrong with the settings, in one sentence that names the place, the setting and what is allowed.
package struct SettingsError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The sentence, without a full stop.
    package let description: String

    package init(_ description: String) { self.description = description }
}
