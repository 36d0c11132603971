#!/usr/bin/env bash
# Tests/packaging/chroot.sh [PACKAGE.deb]: whether the package is all that a fresh machine needs. Installs it with apt in a
# minimal Debian below a temporary folder, works with it, upgrades, removes and purges it, and looks at what is left. Builds
# the package when none is given. Needs root, and what apt fetches; all that it starts ends with it.
set -euo pipefail
trap 'echo "chroot.sh: line $LINENO failed" >&2' ERR

if [ "${1:-}" = --inside ]; then
    # In the machine: a process space of its own, which ends with this script.
    step() { printf '== %s\n' "$1"; }
    expect() { grep -q -- "$1" <<<"$2" || { printf 'expected “%s” in:\n%s\n' "$1" "$2" >&2 && exit 1; }; }
    apt() {
        local log=/tmp/apt.log
        DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >$log 2>&1 </dev/null ||
            { cat $log >&2 && exit 1; }
    }
    files() { find / -xdev \( -path /proc -o -path /var/lib/dpkg/info \) -prune -o -print | sort; }
    # Not a function, so that what is started in the background is the agent itself.
    as_agent=(setpriv --reuid=flamenco-agent --regid=flamenco-agent --init-groups env HOME=/tmp/agent)
    package=$2
    settings=/etc/flamenco-agent/settings.json5

    apt update
    files >/tmp/before
    step 'Installing'
    apt install "$package"
    dpkg-query --show --showformat='${Package} ${Version} needs ${Depends}\n' flamenco-agent
    id flamenco-agent
    test -L /etc/systemd/system/multi-user.target.wants/flamenco-agent.service

    step 'Settings'
    flamenco-agent version
    status=0
    output=$("${as_agent[@]}" flamenco-agent check-config 2>&1) || status=$?
    [ "$status" -eq 78 ]
    expect 'the manager is not set: say “manager_url”' "$output"

    step 'A job'
    manager-lite serve --listen 127.0.0.1:0 >/tmp/manager.log 2>&1 &
    manager=$!
    until grep -qE 'http://127.0.0.1:[0-9]+' /tmp/manager.log; do kill -0 "$manager" && sleep 0.05; done
    url=$(grep -oE -m 1 'http://127.0.0.1:[0-9]+' /tmp/manager.log)
    sed -i "s|// manager_url: .*|manager_url: \"$url\",|" "$settings"
    install -d -o flamenco-agent -g flamenco-agent /tmp/agent
    "${as_agent[@]}" flamenco-agent check-config | grep -q "$url .*$settings"
    # There is no Blender here, which the doctor has to find; without tasks for it, all is well.
    output=$("${as_agent[@]}" flamenco-agent doctor 2>&1) && exit 1
    expect '✗ blender' "$output"
    "${as_agent[@]}" flamenco-agent doctor --task-types file-management,misc
    "${as_agent[@]}" flamenco-agent run --task-poll-interval 200ms >/tmp/agent.log 2>&1 &
    agent=$!
    manager-lite submit --manager "$url" --type echo-sleep-test --set message='Hello from the package' \
        --set sleep_duration_seconds=0 --set sleep_repeats=1 --wait
    manager-lite submit --manager "$url" --type command-line --set 'commands=[["sh", "-c", "echo by a program"]]' --wait
    "${as_agent[@]}" flamenco-agent status
    # The task is named “command”.
    expect 'by a program' "$("${as_agent[@]}" flamenco-agent logs command)"
    kill -TERM "$agent" && wait "$agent"
    kill -TERM "$manager" && wait "$manager"

    step 'Upgrading keeps the settings'
    apt install --reinstall "$package"
    grep -q "$url" "$settings"

    step 'Removing keeps settings, credentials and logs'
    install -d -o flamenco-agent -g flamenco-agent -m 700 /var/lib/flamenco-agent
    touch /var/lib/flamenco-agent/credentials
    apt remove flamenco-agent
    if [ -e /usr/bin/flamenco-agent ]; then exit 1; fi
    test -e "$settings" -a -e /var/lib/flamenco-agent/credentials

    step 'Purging takes all'
    apt purge flamenco-agent
    apt autoremove --purge
    left=$(files | comm -13 /tmp/before - | grep -vE '^/tmp/|^/var/(cache|lib/apt|lib/dpkg|log)/' || true)
    printf 'Left on the machine:\n%s\n' "${left:-nothing}"
    if grep -qE 'flamenco|manager-lite' <<<"$left"; then exit 1; fi
    exit 0
fi

cd "$(dirname "$0")/../.."
source Tests/prerequisites.sh
require debootstrap
[ "$(id -u)" -eq 0 ] || { echo "Please call this as root: it makes a machine below a folder." >&2 && exit 77; }

root=$(mktemp -d)
chmod 755 "$root"
# Nothing is mounted below it but in the process space that has ended by then.
trap 'rm -rf --one-file-system "$root"' EXIT
package=${1:-}
if [ -z "$package" ]; then
    systemd/build-deb.sh --output "$root-package"
    package=$(echo "$root-package"/*.deb)
    trap 'rm -rf --one-file-system "$root" "$root-package"' EXIT
fi

echo '== A minimal Debian'
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
if ! debootstrap --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" "$mirror" >"$root.log" 2>&1; then
    tail -n 20 "$root.log" >&2
    exit 1
fi
rm -f "$root.log"
cp "$package" "$root/tmp/flamenco-agent.deb"
cp Tests/packaging/chroot.sh "$root/tmp/chroot.sh"
# shellcheck disable=SC2016
unshare --mount --pid --fork --kill-child env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 bash -c '
    mount -t proc proc "$1/proc" && exec chroot "$1" bash /tmp/chroot.sh --inside /tmp/flamenco-agent.deb' - "$root"
echo 'The package is all that it takes.'
