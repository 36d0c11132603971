/// The release that the programs are of. `systemd/version.sh --write` writes this file from `systemd/debian/changelog`.
package enum Release {
    /// The version, as in semantic versioning.
    package static let version = "0.2.0"
}
