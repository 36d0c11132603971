#!/usr/bin/env bash
# Removes what install.sh installed, except the folder of an archive. Settings with their drop-in for the unit, credentials and
# logs are kept: remove /etc/flamenco-agent, /etc/systemd/system/flamenco-agent.service.d, /var/lib/flamenco-agent and
# /var/lib/flamenco-render by hand.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh

prefix=/usr/local root='' left_out=''
if [ -x bin/flamenco-agent ]; then prefix=$PWD left_out=$PWD; fi
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) echo 'systemd/uninstall.sh [--prefix DIR] [--root DIR]: options as for install.sh' && exit 0 ;;
        --prefix | --root)
            [ $# -ge 2 ] || complain "the option \"$1\" needs a value"
            declare "${1#--}=$2"
            shift 2
            ;;
        *) complain "there is no option \"$1\"; see --help" ;;
    esac
done
[ "${prefix#/}" != "$prefix" ] || complain "--prefix should be an absolute path, but is \"$prefix\""
# Relative paths start from the caller's working directory.
case "$root" in '' | /*) ;; *) root=$caller/$root ;; esac

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now flamenco-agent.service manager-lite.service 'flamenco-agent@*.service' || true
fi
# shellcheck disable=SC2034 # for layout.sh
units=/etc/systemd/system users=/etc/sysusers.d
layout | while read -r _ _ _ file; do
    case "$file" in "${left_out:-/dev/null}"/*) ;; *) rm -f "$root$file" ;; esac
done
# The agent's own folders, with files of earlier releases and of interpreters.
[ -n "$left_out" ] || rm -rf "$root$prefix/libexec/flamenco-agent" "$root$prefix/share/flamenco-agent"
if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
echo "removed; settings, credentials and logs are kept"
