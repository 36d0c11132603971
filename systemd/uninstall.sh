#!/usr/bin/env bash
# Takes away what install.sh put on this machine. Settings, credentials and logs stay: remove /etc/flamenco-agent and
# /var/lib/flamenco-agent by hand when nobody needs them.
set -euo pipefail

complain() {
    echo "uninstall.sh: $1" >&2
    exit 64
}

prefix=/usr/local root=''
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

if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemctl disable --now flamenco-agent.service manager-lite.service 'flamenco-agent@*.service' || true
fi
units="$root/etc/systemd/system"
rm -f "$units/flamenco-agent.service" "$units/flamenco-agent@.service" "$units/manager-lite.service"
rm -f "$root/etc/sysusers.d/flamenco-agent.conf"
rm -f "$root$prefix/bin/flamenco-agent" "$root$prefix/bin/manager-lite"
rm -f "$root$prefix/libexec/flamenco-agent/task-supervisor"
for name in image-convert python-script; do
    rm -rf "$root$prefix/libexec/flamenco-agent/executors/$name"
done
rmdir "$root$prefix/libexec/flamenco-agent/executors" 2>/dev/null || true
rmdir "$root$prefix/libexec/flamenco-agent" 2>/dev/null || true
if [ -z "$root" ] && [ -d /run/systemd/system ]; then systemctl daemon-reload; fi
echo "removed; settings, credentials and logs are still there"
