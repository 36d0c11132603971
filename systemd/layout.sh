# shellcheck shell=bash disable=SC2154 # the variables are the callers'
# Sourced by install.sh, uninstall.sh and build-deb.sh, in the root of the package: what goes where on a machine. The three
# have no other list.

# Where everything goes, a line each: mode, what makes it (a function below), from what, and the file. Needs `prefix`, and
# the folders `units` and `users`.
layout() {
    local libexec=$prefix/libexec/flamenco-agent manual=$prefix/share/man/man1 file
    cat <<EOF
755 program flamenco-agent $prefix/bin/flamenco-agent
755 program manager-lite $prefix/bin/manager-lite
755 program task-supervisor $libexec/task-supervisor
644 manual flamenco-agent $manual/flamenco-agent.1.gz
644 manual manager-lite $manual/manager-lite.1.gz
644 unit flamenco-agent.service $units/flamenco-agent.service
644 instance_unit flamenco-agent.service $units/flamenco-agent@.service
644 unit manager-lite.service $units/manager-lite.service
644 plain systemd/flamenco-agent.sysusers $users/flamenco-agent.conf
644 plain systemd/settings.json5 $prefix/share/flamenco-agent/settings.json5
644 plain Sources/Agent/Tools/render-user.conf $prefix/share/flamenco-agent/render-user.conf
EOF
    # Executors in other languages; those in Swift are in the agent.
    for file in executors/*/executor.json5; do
        echo "644 plain $file $libexec/$file"
        file=$(dirname "$file")/main.py
        echo "755 plain $file $libexec/$file"
    done
}

# Whether the folder `from` has all the built programs.
has_programs() {
    local maker source
    layout | while read -r _ maker source _; do
        if [ "$maker" = program ] && ! { [ -f "$from/$source" ] && [ -x "$from/$source" ]; }; then exit 1; fi
    done
}

# Puts everything in its place below a folder that is taken for the root of the file system; needs `from`. A program that
# runs goes on with the file that it has.
lay_out() {
    local root=$1 mode maker source file
    layout | while read -r mode maker source file; do put "$mode" "$root$file" "$maker" "$source"; done
}

# Makes a file of this mode of what a command prints; where the command fails, nothing changes.
put() {
    local mode=$1 file=$2
    shift 2
    install -d "$(dirname "$file")"
    if ! { "$@" >"$file.new" && chmod "$mode" "$file.new" && mv -f "$file.new" "$file"; }; then
        rm -f "$file.new"
        return 1
    fi
}

program() { cat "$from/$1"; }

manual() { systemd/manual.sh "$from/$1" | gzip -9n; }

plain() { cat "$1"; }

unit() { sed "s|/usr/bin/|$prefix/bin/|" "systemd/$1"; }

# The unit for several agents on one machine: each has its own settings and its own state.
instance_unit() {
    unit "$1" | sed \
        -e '/^# flamenco-agent@.service is made/d' \
        -e 's|^\(Description=Flamenco Agent\),|\1 %i,|' \
        -e 's|^ExecStart=.* run$|& --settings /etc/flamenco-agent/%i.json5|' \
        -e 's|^StateDirectory=flamenco-agent$|&/%i|'
}

# Lets the agent of flamenco-agent.service run programs as another user, as the settings of a fresh installation say.
lay_out_render_user() { put 644 "$1/etc/systemd/system/flamenco-agent.service.d/render-user.conf" plain Sources/Agent/Tools/render-user.conf; }

# The settings as they are installed; with the manager's URL when it is given.
settings_text() {
    local line
    while IFS= read -r line; do
        case "$1:$line" in
            ?*:*"// manager_url: "*) printf '    manager_url: "%s",\n' "$1" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done <systemd/settings.json5
}
