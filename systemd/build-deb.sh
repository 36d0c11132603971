#!/usr/bin/env bash
# Builds a Debian package of the agent and manager-lite. Asks nothing and does not need root. The version is that of
# systemd/debian/changelog. The build is reproducible: the same commit and programs give the same file.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh
umask 022

usage() {
    cat <<EOF
systemd/build-deb.sh [--output DIR] [--from DIR] [--this-machine-only]

  --output DIR         folder for the package (default: working directory)
  --from DIR           folder with the built programs (default: builds them)
  --this-machine-only  accepts programs that only run on this machine, such as those of a debug build

DEBFULLNAME and DEBEMAIL set the maintainer of the package.
EOF
}

read_build_options "$@"
for tool in dpkg-deb:dpkg dpkg-shlibdeps:dpkg-dev strip:binutils; do
    command -v "${tool%:*}" >/dev/null || complain "${tool%:*} is missing; install the package ${tool#*:}" 69
done

# shellcheck disable=SC2034 # for layout.sh
prefix=/usr units=/lib/systemd/system users=/usr/lib/sysusers.d
begin_package
root=$work/root

# "~" sorts before the version itself.
version=$(version_of_programs)
version=${version//-/'~'}
maintainer="${DEBFULLNAME:-Flamenco Agent authors} <${DEBEMAIL:-flamenco-agent@example.org}>"

lay_out "$root"
installed=("$root"/usr/bin/* "$root/usr/libexec/flamenco-agent/task-supervisor")
strip_programs "${installed[@]}"
require_portable "${installed[@]}"

install -d "$root/DEBIAN" "$root/usr/share/lintian/overrides"
cp systemd/debian/lintian-overrides "$root/usr/share/lintian/overrides/flamenco-agent"
lay_out_documents "$root/usr/share/doc/flamenco-agent"

mkdir "$work/debian"
printf 'Source: flamenco-agent\n\nPackage: flamenco-agent\nArchitecture: any\n' >"$work/debian/control"
# A static program needs no libraries, and dpkg-shlibdeps would warn of it.
dynamic=()
for program in "${installed[@]}"; do
    [[ $(readelf --dynamic "$program") != *'(NEEDED)'* ]] || dynamic+=("$program")
done
libraries=$(cd "$work" && dpkg-shlibdeps -O "${dynamic[@]}")

{
    sed '/^Description:/,$d' systemd/debian/control
    echo "Version: $version"
    echo "Architecture: $(dpkg --print-architecture)"
    echo "Maintainer: $maintainer"
    # systemd-sysusers creates the users, also where systemd itself is not installed.
    echo "Depends: ${libraries#shlibs:Depends=}, systemd-standalone-sysusers | systemd-sysusers"
    echo "Installed-Size: $(du -sk --apparent-size --exclude=DEBIAN "$root" | cut -f 1)"
    sed -n '/^Description:/,$p' systemd/debian/control
} >"$root/DEBIAN/control"
install -m 755 -t "$root/DEBIAN" systemd/debian/postinst systemd/debian/prerm systemd/debian/postrm
(cd "$root" && find . -path ./DEBIAN -prune -o -type f -printf '%P\0' | LC_ALL=C sort -z | xargs -0 md5sum) \
    >"$work/md5sums"
mv "$work/md5sums" "$root/DEBIAN/md5sums"
stamp "$root"

dpkg-deb --root-owner-group --build "$root" "$work" >/dev/null
package=$(basename "$work"/*.deb)
put 644 "$output/$package" cat "$work/$package"
echo "built $output/$package"
