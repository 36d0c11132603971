#!/usr/bin/env bash
# Makes a Debian package of the agent and manager-lite. Asks nothing and needs no root. The version is that of the programs;
# built twice from the same commit and programs, it is the same file.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh
umask 022

usage() {
    cat <<EOF
systemd/build-deb.sh [--output DIR] [--from DIR] [--this-machine-only]

  --output DIR         where the package is put; else the working directory
  --from DIR           the folder with the built programs; else they are built
  --this-machine-only  lets programs pass that need libraries of no package, such as those of a debug build

DEBFULLNAME and DEBEMAIL say whose package it is.
EOF
}

complain() {
    echo "build-deb.sh: $1" >&2
    exit "${2:-64}"
}

output=$caller from='' this_machine_only=''
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage && exit 0 ;;
        --this-machine-only) this_machine_only=yes && shift ;;
        --output | --from)
            [ $# -ge 2 ] || complain "the option “$1” needs a value"
            case "$2" in
                /*) declare "${1#--}=$2" ;;
                *) declare "${1#--}=$caller/$2" ;;
            esac
            shift 2
            ;;
        *) complain "there is no option “$1”; see --help" ;;
    esac
done
for tool in dpkg-deb:dpkg dpkg-shlibdeps:dpkg-dev strip:binutils; do
    command -v "${tool%:*}" >/dev/null || complain "${tool%:*} is missing; it is in the package ${tool#*:}" 69
done

if [ -z "$from" ]; then
    swift build -c release --static-swift-stdlib
    from=$(swift build -c release --static-swift-stdlib --show-bin-path)
fi
# shellcheck disable=SC2034 # for layout.sh
prefix=/usr units=/lib/systemd/system users=/usr/lib/sysusers.d
has_programs || complain "--from should be a folder with the built programs, but is “$from”"

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
root=$work/root
export SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git log -1 --format=%ct 2>/dev/null || date +%s)}

version=$("$from/flamenco-agent" version)
# What comes before a version sorts before it.
version=$(tr - '~' <<<"${version##* }")
maintainer="${DEBFULLNAME:-Flamenco Agent authors} <${DEBEMAIL:-flamenco-agent@example.org}>"

lay_out "$root"
programs=("$root"/usr/bin/* "$root/usr/libexec/flamenco-agent/task-supervisor")
strip --strip-unneeded --remove-section=.comment --remove-section=.note "${programs[@]}"

install -d "$root/DEBIAN" "$root/usr/share/doc/flamenco-agent" "$root/usr/share/lintian/overrides"
cp systemd/debian/lintian-overrides "$root/usr/share/lintian/overrides/flamenco-agent"
documents=$root/usr/share/doc/flamenco-agent
{
    cat systemd/debian/copyright
    echo 'License: MIT'
    sed -n '/^Permission/,$ s/^/ /p' LICENSE | sed 's/^ $/ ./'
} >"$documents/copyright"
gzip -9n <README.md >"$documents/README.md.gz"
gzip -9n <executors/README.md >"$documents/executors.md.gz"
gzip -9n >"$documents/changelog.gz" <<EOF
flamenco-agent ($version) stable; urgency=medium

  * Flamenco Agent $version.

 -- $maintainer  $(LC_ALL=C date --utc --rfc-email --date="@$SOURCE_DATE_EPOCH")
EOF

# A program that is told to look for libraries in some folder needs what no package has.
paths=$(objdump -p "${programs[@]}" | sed -nE 's/^ *(RPATH|RUNPATH) +//p')
if [ -z "$this_machine_only" ] && [[ $paths == */* ]]; then
    complain "the programs need libraries of this machine; build them with --static-swift-stdlib" 65
fi
mkdir "$work/debian"
printf 'Source: flamenco-agent\n\nPackage: flamenco-agent\nArchitecture: any\n' >"$work/debian/control"
libraries=$(cd "$work" && dpkg-shlibdeps -O "${programs[@]}")

{
    sed '/^Description:/,$d' systemd/debian/control
    echo "Version: $version"
    echo "Architecture: $(dpkg --print-architecture)"
    echo "Maintainer: $maintainer"
    # The user is made by the part of systemd for it, or by the same program alone where there is no systemd.
    echo "Depends: ${libraries#shlibs:Depends=}, systemd-standalone-sysusers | systemd-sysusers"
    echo "Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f 1)"
    sed -n '/^Description:/,$p' systemd/debian/control
} >"$root/DEBIAN/control"
install -m 755 -t "$root/DEBIAN" systemd/debian/postinst systemd/debian/prerm systemd/debian/postrm
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
    >"$work/md5sums"
mv "$work/md5sums" "$root/DEBIAN/md5sums"
find "$root" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +

dpkg-deb --root-owner-group --build "$root" "$work" >/dev/null
package=$(basename "$work"/*.deb)
put 644 "$output/$package" cat "$work/$package"
echo "$output/$package is built"
