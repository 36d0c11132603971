/// This program.
package enum Software {
    /// The version, as in semantic versioning.
    package static let version = "0.1.0"
    /// Name and version, as managers and people see them.
    package static let nameAndVersion = "Flamenco Agent \(version)"
}
