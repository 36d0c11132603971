#!/usr/bin/env bash
# Installs the agent and manager-lite on this machine, with their systemd units: from the sources, or from an unpacked archive,
# whose programs stay where they are. Asks nothing. Running it again replaces programs and units, and keeps settings and state.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh
umask 022

usage() {
    cat <<EOF
systemd/install.sh [--prefix DIR] [--manager URL] [--from DIR] [--root DIR]

  --prefix DIR   folder for the programs (default: /usr/local); not for an archive
  --manager URL  URL of the manager; written to the settings if there are none yet
  --from DIR     folder with the built programs (default: builds them); not for an archive
  --root DIR     folder that stands for the root of the file system (default: /)
EOF
}

prefix=/usr/local manager='' from='' root='' left_out=''
if [ -x bin/flamenco-agent ]; then prefix=$PWD from=$PWD/bin left_out=$PWD; fi
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage && exit 0 ;;
        --prefix | --manager | --from | --root)
            [ $# -ge 2 ] || complain "the option \"$1\" needs a value"
            case "${left_out:+$1}" in
                --prefix | --from) complain "an archive is used where it is unpacked: move its folder, and omit $1" ;;
            esac
            declare "${1#--}=$2"
            shift 2
            ;;
        *) complain "there is no option \"$1\"; see --help" ;;
    esac
done
[ "${prefix#/}" != "$prefix" ] || complain "--prefix should be an absolute path, but is \"$prefix\""
case "$manager" in
    *[\"\\]*) complain "--manager should be a URL such as http://manager.local:8080, but is \"$manager\"" ;;
    '' | http://* | https://*) ;;
    *) complain "--manager should be a URL such as http://manager.local:8080, but is \"$manager\"" ;;
esac

# Relative paths start from the caller's working directory.
case "$from" in '' | /*) ;; *) from=$caller/$from ;; esac
case "$root" in '' | /*) ;; *) root=$caller/$root ;; esac

# shellcheck disable=SC2034 # for layout.sh
units=/etc/systemd/system users=/etc/sysusers.d
build_programs
[ -n "$left_out" ] || has_programs || complain "--from should be a folder with the built programs, but is \"$from\""
lay_out "$root"

settings=/etc/flamenco-agent/settings.json5
if [ ! -e "$root$settings" ]; then
    put 644 "$root$settings" settings_text "$manager"
    lay_out_render_user "$root"
elif [ -n "$manager" ]; then
    echo "$root$settings already exists and is unchanged"
fi

# Only a machine that was started by systemd has a service manager.
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemd-sysusers "$users/flamenco-agent.conf"
    # The home of the user of programs, for the files of renderers and drivers.
    install -d -o flamenco-render -g flamenco-render -m 700 /var/lib/flamenco-render
    systemctl daemon-reload
fi

# The user of programs may not exist yet.
if env -i STATE_DIRECTORY=/var/lib/flamenco-agent FLAMENCO_AGENT_RUN_AS_USER=none \
    "$from/flamenco-agent" check-config --settings "$root$settings" >/dev/null 2>&1; then
    echo "installed; start it with: systemctl enable --now flamenco-agent"
else
    echo "installed; set the manager with: flamenco-agent setup, then start it with: systemctl enable --now flamenco-agent"
fi
