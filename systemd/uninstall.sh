#!/usr/bin/env bash
# Takes away what install.sh put on this machine, but for the folder of an archive. Settings, the part of the unit that goes
# with them, credentials and logs stay: remove /etc/flamenco-agent, /etc/systemd/system/flamenco-agent.service.d,
# /var/lib/flamenco-agent and /var/lib/flamenco-render by hand when nobody needs them.
set -euo pipefail
caller=$PWD
cd "$(dirname "$0")/.."
source systemd/layout.sh

prefix=/usr/local root='' left_out=''
if [ -x bin/flamenco-agent ]; then prefix=$PWD left_out=$PWD; fi
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) echo 'systemd/uninstall.sh [--prefix DIR] [--root DIR], as for install.sh' && exit 0 ;;
        --prefix | --root)
            [ $# -ge 2 ] || complain "the option “$1” needs a value"
            declare "${1#--}=$2"
            shift 2
            ;;
        *) complain "there is no option “$1”; see --help" ;;
    esac
done
[ "${prefix#/}" != "$prefix" ] || complain "--prefix should be an absolute path, but is “$prefix”"
# What is relative counts from where this was called.
case "$root" in '' | /*) ;; *) root=$caller/$root ;; esac

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now flamenco-agent.service manager-lite.service 'flamenco-agent@*.service' || true
fi
# shellcheck disable=SC2034 # for layout.sh
units=/etc/systemd/system users=/etc/sysusers.d
layout | while read -r _ _ _ file; do
    case "$file" in "${left_out:-/dev/null}"/*) ;; *) rm -f "$root$file" ;; esac
done
# The agent's own folders, with what an earlier release or an interpreter left in them.
[ -n "$left_out" ] || rm -rf "$root$prefix/libexec/flamenco-agent" "$root$prefix/share/flamenco-agent"
if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
echo "removed; settings, credentials and logs are still there"
