#!/usr/bin/env bash
# Installs the agent and manager-lite on this machine, with their systemd units. Asks nothing; may be called again, which
# replaces the programs and units and leaves settings and state alone.
set -euo pipefail
cd "$(dirname "$0")/.."

usage() {
    cat <<EOF
systemd/install.sh [--prefix DIR] [--manager URL] [--from DIR] [--root DIR]

  --prefix DIR   where the programs go; else /usr/local
  --manager URL  the manager to work for; written to the settings when there are none yet
  --from DIR     the folder with the built programs; else they are built
  --root DIR     what is taken for the root of the file system; else /
EOF
}

complain() {
    echo "install.sh: $1" >&2
    exit 64
}

prefix=/usr/local manager='' from='' root=''
while [ $# -gt 0 ]; do
    case "$1" in
        --help | -h) usage && exit 0 ;;
        --prefix | --manager | --from | --root)
            [ $# -ge 2 ] || complain "the option “$1” needs a value"
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

if [ -z "$from" ]; then
    swift build -c release --static-swift-stdlib
    from=$(swift build -c release --static-swift-stdlib --show-bin-path)
fi

install -D -m 755 -t "$root$prefix/bin" "$from/flamenco-agent" "$from/manager-lite"
install -D -m 755 -t "$root$prefix/libexec/flamenco-agent" "$from/task-supervisor"
# Those in Swift are in the agent.
for manifest in executors/*/executor.json5; do
    folder=$(dirname "$manifest")
    install -D -m 644 -t "$root$prefix/libexec/flamenco-agent/$folder" "$manifest"
    install -D -m 755 -t "$root$prefix/libexec/flamenco-agent/$folder" "$folder/main.py"
done

for unit in flamenco-agent.service flamenco-agent@.service manager-lite.service; do
    install -d "$root/etc/systemd/system"
    sed "s|/usr/bin/|$prefix/bin/|" "systemd/$unit" >"$root/etc/systemd/system/$unit"
    chmod 644 "$root/etc/systemd/system/$unit"
done
install -D -m 644 systemd/flamenco-agent.sysusers "$root/etc/sysusers.d/flamenco-agent.conf"

settings="$root/etc/flamenco-agent/settings.json5"
if [ -n "$manager" ] && [ ! -e "$settings" ]; then
    install -d "$root/etc/flamenco-agent"
    printf '{\n    manager_url: "%s",\n}\n' "$manager" >"$settings"
elif [ -n "$manager" ]; then
    echo "$settings is there already and stays as it is"
fi

# Only a machine that was started by systemd has a service manager to tell.
if [ -z "$root" ] && [ -d /run/systemd/system ]; then
    systemd-sysusers /etc/sysusers.d/flamenco-agent.conf
    systemctl daemon-reload
fi

if [ -e "$settings" ]; then
    echo "installed; start it with: systemctl enable --now flamenco-agent"
else
    echo "installed; say “manager_url” in $settings, then: systemctl enable --now flamenco-agent"
fi
