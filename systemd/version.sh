#!/usr/bin/env bash
# systemd/version.sh: prints the version of the programs, that of the newest entry of systemd/debian/changelog.
# systemd/version.sh --date prints the date of that entry in seconds, the date of all files in packages.
# systemd/version.sh --changes prints the changes of that entry, for release notes.
# systemd/version.sh --write writes the version to the source of the programs; Tests/check.sh compares the two.
set -euo pipefail
cd "$(dirname "$0")/.."

source=Sources/System/Release.swift
# Pre-release versions have "~" in Debian, "-" in semantic versioning.
version=$(sed -n '1s/^flamenco-agent (\([0-9][0-9A-Za-z.~]*\)) .*$/\1/p' systemd/debian/changelog | tr '~' -)
[ -n "$version" ] || { echo "version.sh: systemd/debian/changelog does not begin with \"flamenco-agent (VERSION) ...\"" >&2 && exit 65; }

case "${1:-}" in
    '') echo "$version" ;;
    --date) date --date="$(sed -n 's/^ -- .*>  //p' systemd/debian/changelog | head -n 1)" +%s ;;
    --changes) sed -n '2,/^ -- / { /^ -- /d; s/^  //; p }' systemd/debian/changelog ;;
    --source)
        cat <<SWIFT
/// The release that the programs are of. \`systemd/version.sh --write\` writes this file from \`systemd/debian/changelog\`.
package enum Release {
    /// The version, as in semantic versioning.
    package static let version = "$version"
}
SWIFT
        ;;
    --write) "$0" --source >"$source.new" && mv "$source.new" "$source" ;;
    --check)
        "$0" --source | cmp -s - "$source" ||
            { echo "$source does not have version $version of systemd/debian/changelog: run systemd/version.sh --write" >&2 && exit 1; }
        ;;
    *) echo 'version.sh: usage: systemd/version.sh [--date | --changes | --write | --check]' >&2 && exit 64 ;;
esac
