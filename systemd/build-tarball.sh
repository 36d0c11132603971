#!/usr/bin/env bash
# Builds an archive of the agent and manager-lite for distributions without dpkg. It runs from the folder where it is unpacked;
# systemd/install.sh in it adds units, users and settings. Asks nothing and does not need root. The build is reproducible: the
# same commit and programs give the same file.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh
umask 022

usage() {
    cat <<END
systemd/build-tarball.sh [--output DIR] [--from DIR] [--this-machine-only]

  --output DIR         folder for the archive (default: working directory)
  --from DIR           folder with the built programs (default: builds them)
  --this-machine-only  accepts programs that only run on this machine, such as those of a debug build
END
}

read_build_options "$@"
for tool in strip objdump tar gzip python3; do command -v "$tool" >/dev/null || complain "$tool is missing" 69; done

# install.sh makes units and users, for the folder where the archive is unpacked.
# shellcheck disable=SC2034 # for layout.sh
prefix='' units=/left-out users=/left-out left_out=/left-out
begin_package

version=$(version_of_programs)
name=flamenco-agent-$version-linux-$(uname -m)
root=$work/$name
lay_out "$root"
installed=("$root"/bin/* "$root/libexec/flamenco-agent/task-supervisor")
strip_programs "${installed[@]}"
require_portable "${installed[@]}"
systemd/unversion.py libcurl.so.4 "${installed[@]}"
lay_out_documents "$root/share/doc/flamenco-agent"
install -d "$root/systemd"
install -m 755 -t "$root/systemd" systemd/install.sh systemd/uninstall.sh
install -m 644 -t "$root/systemd" systemd/layout.sh systemd/settings.json5 systemd/*.service systemd/*.sysusers
stamp "$root"

archive() { tar --directory "$work" --sort=name --owner=0 --group=0 --numeric-owner --format=gnu --create "$name" | gzip -9n; }
put 644 "$output/$name.tar.gz" archive
echo "built $output/$name.tar.gz"
