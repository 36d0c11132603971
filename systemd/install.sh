#!/usr/bin/env bash
# Installs the agent and manager-lite on this machine, with their systemd units: from the sources, or from an unpacked archive,
# whose programs stay where they are. Asks nothing; may be called again, which replaces programs and units and leaves settings
# and state alone.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh
umask 022

usage() {
    cat <<EOF
systemd/install.sh [--prefix DIR] [--manager URL] [--from DIR] [--root DIR]

  --prefix DIR   where the programs go; else /usr/local; not for an archive
  --manager URL  the manager to work for; written to the settings when there are none yet
  --from DIR     the folder with the built programs; else they are built; not for an archive
  --root DIR     what is taken for the root of the file system; else /
EOF
}

prefix=/usr/local manager='' from='' root='' left_out=''
if [ -x bin/flamenco-agent ]; then prefix=$PWD from=$PWD/bin left_out=$PWD; fi
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage && exit 0 ;;
        --prefix | --manager | --from | --root)
            [ $# -ge 2 ] || complain "the option “$1” needs a value"
            case "${left_out:+$1}" in
                --prefix | --from) complain "an archive is used where it is unpacked: move its folder, and leave out $1" ;;
            esac
            declare "${1#--}=$2"
            shift 2
            ;;
        *) complain "there is no option “$1”; see --help" ;;
    esac
done
[ "${prefix#/}" != "$prefix" ] || complain "--prefix should be an absolute path, but is “$prefix”"
case "$manager" in
    *[\"\\]*) complain "--manager should be a URL such as http://manager.local:8080, but is “$manager”" ;;
    '' | http://* | https://*) ;;
    *) complain "--manager should be a URL such as http://manager.local:8080, but is “$manager”" ;;
esac

# What is relative counts from where this was called.
case "$from" in '' | /*) ;; *) from=$caller/$from ;; esac
case "$root" in '' | /*) ;; *) root=$caller/$root ;; esac

# shellcheck disable=SC2034 # for layout.sh
units=/etc/systemd/system users=/etc/sysusers.d
build_programs
[ -n "$left_out" ] || has_programs || complain "--from should be a folder with the built programs, but is “$from”"
lay_out "$root"

settings=/etc/flamenco-agent/settings.json5
if [ ! -e "$root$settings" ]; then
    put 644 "$root$settings" settings_text "$manager"
    lay_out_render_user "$root"
elif [ -n "$manager" ]; then
    echo "$root$settings is there already and stays as it is"
fi

# Only a machine that was started by systemd has a service manager to tell.
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemd-sysusers "$users/flamenco-agent.conf"
    # The home of the user whom programs run as: what renderers and drivers keep.
    install -d -o flamenco-render -g flamenco-render -m 700 /var/lib/flamenco-render
    systemctl daemon-reload
fi

# The user of programs may not be there yet.
if env -i STATE_DIRECTORY=/var/lib/flamenco-agent FLAMENCO_AGENT_RUN_AS_USER=none \
    "$from/flamenco-agent" check-config --settings "$root$settings" >/dev/null 2>&1; then
    echo "installed; start it with: systemctl enable --now flamenco-agent"
else
    echo "installed; name the manager with flamenco-agent setup, then: systemctl enable --now flamenco-agent"
fi
