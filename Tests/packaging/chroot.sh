#!/usr/bin/env bash
# Tests/packaging/chroot.sh [PACKAGE.deb]: whether the package is all that a fresh machine needs. Installs it with apt in a
# minimal Debian below a temporary folder, works with it, upgrades, removes and purges it, and looks at what is left. Builds
# the package when none is given. Needs root, and what apt fetches; all that it starts ends with it.
set -euo pipefail
trap 'echo "chroot.sh: line $LINENO failed" >&2' ERR

if [ "${1:-}" = --inside ]; then
    # In the machine: a process space of its own, which ends with this script.
    step() { printf '== %s\n' "$1"; }
    expect() { grep -q -- "$1" <<<"$2" || { printf 'expected "%s" in:\n%s\n' "$1" "$2" >&2 && exit 1; }; }
    apt() {
        local log=/tmp/apt.log
        DEBIAN_FRONTEND=noninteractive apt-get -y --no-install-recommends -o Dpkg::Use-Pty=0 "$@" >$log 2>&1 </dev/null ||
            { cat $log >&2 && exit 1; }
    }
    files() { find / -xdev \( -path /proc -o -path /var/lib/dpkg/info \) -prune -o -print | sort; }
    # A line of the block in the README for nodes, with the manager of this test.
    readme() {
        local line
        line=$(sed -n '/^sudo apt-get install .*\.deb$/,/^```$/p' README.md | grep -m 1 -- "$1")
        echo "\$ $line"
        eval "${line//http:\/\/manager.local:8080/${url:-}}"
    }
    sudo() {
        if [ "$1" = -u ]; then
            setpriv --reuid="$2" --regid="$2" --init-groups env HOME="$(getent passwd "$2" | cut -d : -f 6)" "${@:3}"
        else
            "$@"
        fi
    }
    # What systemd does with the unit, without systemd.
    systemctl() {
        [ "$*" = 'restart flamenco-agent' ]
        # shellcheck disable=SC2046 # the words of the unit's command line
        setpriv --reuid=flamenco-agent --regid=flamenco-agent --init-groups --no-new-privs \
            --inh-caps=-all,+setuid,+setgid,+kill --ambient-caps=-all,+setuid,+setgid,+kill \
            env -i PATH="$PATH" STATE_DIRECTORY=/var/lib/flamenco-agent FLAMENCO_AGENT_TASK_POLL_INTERVAL=200ms \
            $(sed -n 's/^ExecStart=//p' /lib/systemd/system/flamenco-agent.service) >/tmp/agent.log 2>&1 &
        agent=$!
        until grep -qs 'the worker is awake' /tmp/agent.log; do kill -0 "$agent" && sleep 0.05; done
    }
    cd /tmp
    echo 'APT::Get::Assume-Yes "true"; APT::Install-Recommends "false";' >/etc/apt/apt.conf.d/99test
    settings=/etc/flamenco-agent/settings.json5

    apt update
    files >/tmp/before
    step 'Installing'
    readme 'apt-get install' >/tmp/apt.log 2>&1 </dev/null || { cat /tmp/apt.log >&2 && exit 1; }
    dpkg-query --show --showformat='${Package} ${Version} needs ${Depends}\n' flamenco-agent
    id flamenco-agent
    id flamenco-render
    test -d /var/lib/flamenco-render -a -f /etc/systemd/system/flamenco-agent.service.d/render-user.conf
    test -L /etc/systemd/system/multi-user.target.wants/flamenco-agent.service

    step 'Settings'
    flamenco-agent version
    status=0
    output=$(flamenco-agent check-config 2>&1) || status=$?
    [ "$status" -eq 78 ]
    expect 'the manager is not set: set "manager_url"' "$output"

    step 'A job'
    manager-lite serve --listen 127.0.0.1:0 >/tmp/manager.log 2>&1 &
    manager=$!
    until grep -qE 'http://127.0.0.1:[0-9]+' /tmp/manager.log; do kill -0 "$manager" && sleep 0.05; done
    url=$(grep -oE -m 1 'http://127.0.0.1:[0-9]+' /tmp/manager.log)
    # There is neither Blender nor FFmpeg here, which the doctor has to find; without tasks for them, all is well.
    output=$(readme 'flamenco-agent setup' 2>&1) && exit 1
    echo "$output"
    expect '✗ blender' "$output"
    if grep '^✗' <<<"$output" | grep -vE '^✗ (blender|ffmpeg) '; then exit 1; fi
    flamenco-agent check-config | grep -q "$url .*$settings"
    flamenco-agent doctor --task-types file-management,misc >/dev/null
    readme 'systemctl restart'
    manager-lite submit --manager "$url" --type echo-sleep-test --set message='Hello from the package' \
        --set sleep_duration_seconds=0 --set sleep_repeats=1 --wait
    manager-lite submit --manager "$url" --type command-line --set 'commands=[["sh", "-c", "echo by a program of $(id -un)"]]' --wait
    readme 'flamenco-agent status'
    # The task is named "command".
    expect 'by a program of flamenco-render' "$(flamenco-agent logs command --state-dir /var/lib/flamenco-agent)"
    kill -TERM "$agent" && wait "$agent"
    flamenco-agent run --ephemeral --exit-after-idle 1s
    kill -TERM "$manager" && wait "$manager"

    step 'Upgrading keeps the settings'
    apt install --reinstall ./flamenco-agent_*.deb
    grep -q "$url" "$settings"

    step 'Removing keeps settings, credentials and logs'
    apt remove flamenco-agent
    if [ -e /usr/bin/flamenco-agent ]; then exit 1; fi
    test -e "$settings" -a -e /var/lib/flamenco-agent/credentials.json -a -d /var/lib/flamenco-agent/spool

    step 'Purging takes all'
    apt purge flamenco-agent
    apt autoremove --purge
    left=$(files | comm -13 /tmp/before - | grep -vE '^/tmp/|^/var/(cache|lib/apt|lib/dpkg|log)/' || true)
    printf 'Left on the machine:\n%s\n' "${left:-nothing}"
    if grep -qE 'flamenco|manager-lite' <<<"$left"; then exit 1; fi
    exit 0
fi

package=${1:+$(realpath -- "$1")}
[ -z "$package" ] || [ -f "$package" ] || { echo "chroot.sh: there is no package $package" >&2 && exit 64; }
cd "$(dirname "$0")/../.."
source Tests/prerequisites.sh
require debootstrap
[ "$(id -u)" -eq 0 ] || { echo "Please call this as root: it makes a machine below a folder." >&2 && exit 77; }

root=$(mktemp -d)
chmod 755 "$root"
# Nothing is mounted below it but in the process space that has ended by then.
trap 'rm -rf --one-file-system "$root" "$root.log" "$root-package"' EXIT
if [ -z "$package" ]; then
    systemd/build-deb.sh --output "$root-package"
    package=$(echo "$root-package"/*.deb)
fi

echo '== A minimal Debian'
# shellcheck disable=SC2016
mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Created-By: Packages' | head -n 1)
if ! debootstrap --variant=minbase "$(. /etc/os-release && echo "$VERSION_CODENAME")" "$root" "$mirror" >"$root.log" 2>&1; then
    tail -n 20 "$root.log" >&2
    exit 1
fi
cp "$package" Tests/packaging/chroot.sh README.md "$root/tmp/"
# shellcheck disable=SC2016
unshare --mount --pid --fork --kill-child env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin LC_ALL=C.UTF-8 bash -c '
    mount -t proc proc "$1/proc" && exec chroot "$1" bash /tmp/chroot.sh --inside' - "$root"
echo 'The package is all that it takes.'
