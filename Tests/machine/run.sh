#!/usr/bin/env bash
# Boots a Debian with systemd in qemu, installs the package there, and tries what only a real machine can show. Needs root to
# make the disk, which is kept in .build/machine; nothing else stays.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/../.."

usage() {
    cat <<END
Tests/machine/run.sh [--scenario NAME]… [--package FILE] [--from DIR] [--cuts N] [--seed N] [--keep]

  --scenario NAME  runs only the scenarios whose file has NAME in its name
  --package FILE   the package to try; else it is built, and for the image once more
  --from DIR       the folder with the programs to build it from; else they are built
  --cuts N         how often the power is cut; else 30
  --seed N         what the moments of the cuts follow from; else the time
  --keep           keeps the folder with disks and logs
END
}

package='' from=() arguments=()
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage && exit 0 ;;
        --keep) arguments+=("$1") && shift ;;
        --scenario | --package | --from | --cuts | --seed)
            [ $# -ge 2 ] || { echo "run.sh: the option \"$1\" needs a value" >&2 && exit 64; }
            case "$1" in
                --package) package=$(cd "$caller" && realpath -- "$2") && arguments+=(--given) ;;
                --from) from=(--from "$(cd "$caller" && realpath -- "$2")") ;;
                *) arguments+=("$1" "$2") ;;
            esac
            shift 2
            ;;
        *) echo "run.sh: there is no option \"$1\"; see --help" >&2 && exit 64 ;;
    esac
done
[ "$(id -u)" -eq 0 ] || { echo 'run.sh: please call this as root: it makes the disk of a machine' >&2 && exit 77; }

source Tests/prerequisites.sh
source Tests/machine/image.sh
require qemu-system-x86_64 debootstrap mkfs.ext4 ssh python3 dpkg-shlibdeps setpriv

# One run at a time: the disk is made by the first.
mkdir -p .build
exec 9>.build/machine.lock
flock --nonblock 9 || { echo 'run.sh: another run is under way (.build/machine.lock)' >&2 && exit 75; }

image=$PWD/.build/machine
make_image "$image"

work=$(mktemp -d /tmp/flamenco-machine.XXXXXX)
export work
python=''
finish() {
    trap - EXIT INT TERM HUP
    [ -z "$python" ] || { kill -TERM "$python" 2>/dev/null && wait "$python"; } || true
    case " ${arguments[*]} " in *' --keep '*) echo "kept: $work" ;; *) rm -rf "$work" ;; esac
}
trap finish EXIT
trap 'finish; exit 130' INT TERM HUP

if [ -n "$package" ]; then cp "$package" "$work"; else systemd/build-deb.sh "${from[@]}" --output "$work"; fi
# The manager of the tests is the one in the package.
dpkg-deb --extract "$work"/flamenco-agent_*.deb "$work/package"

# What it starts does not inherit the lock.
python3 -B Tests/machine/run.py --image "$image" --work "$work" "${arguments[@]}" 9>&- &
python=$!
status=0
wait "$python" || status=$?
python=''
exit "$status"
