# shellcheck shell=bash disable=SC2154,SC2034 # the variables are the callers'
# Sourced by install.sh, uninstall.sh, build-deb.sh, build-tarball.sh and demo.sh, in the root of the sources or of an unpacked
# archive: what is built, and which file goes where on a machine. No other script has such a list.

# The programs, which are also products of the Swift package.
programs=(flamenco-agent manager-lite task-supervisor)

# Prints an error and exits.
complain() {
    echo "$(basename "$0"): $1" >&2
    exit "${2:-64}"
}

# Reads the command line of a script that makes a package: sets `output`, `from` and `this_machine_only`. Needs `caller`, the
# working directory of its caller, and the function `usage`.
read_build_options() {
    output=$caller from='' this_machine_only=''
    while [ $# -gt 0 ]; do
        case "$1" in
            --help | -h) usage && exit 0 ;;
            --this-machine-only) this_machine_only=yes && shift ;;
            --output | --from)
                [ $# -ge 2 ] || complain "the option \"$1\" needs a value"
                case "$2" in
                    /*) declare -g "${1#--}=$2" ;;
                    *) declare -g "${1#--}=$caller/$2" ;;
                esac
                shift 2
                ;;
            *) complain "there is no option \"$1\"; see --help" ;;
        esac
    done
}

# All files, a line each: mode, the function below that makes it, its argument, and the path. Needs `prefix`, and the folders
# `units` and `users`.
layout() {
    local libexec=$prefix/libexec/flamenco-agent share=$prefix/share/flamenco-agent manual=$prefix/share/man/man1 file name
    local bash=$prefix/share/bash-completion/completions fish=$prefix/share/fish/vendor_completions.d
    local zsh=$prefix/share/zsh/site-functions
    # Debian keeps that folder for zsh itself.
    [ "$prefix" != /usr ] || zsh=$prefix/share/zsh/vendor-completions
    for name in flamenco-agent manager-lite; do
        cat <<END
644 completion $name:bash $bash/$name
644 completion $name:zsh $zsh/_$name
644 completion $name:fish $fish/$name.fish
END
    done
    cat <<END
755 program flamenco-agent $prefix/bin/flamenco-agent
755 program manager-lite $prefix/bin/manager-lite
755 program task-supervisor $libexec/task-supervisor
644 manual flamenco-agent $manual/flamenco-agent.1.gz
644 manual manager-lite $manual/manager-lite.1.gz
644 unit flamenco-agent.service $units/flamenco-agent.service
644 instance_unit flamenco-agent.service $units/flamenco-agent@.service
644 unit manager-lite.service $units/manager-lite.service
644 plain systemd/flamenco-agent.sysusers $users/flamenco-agent.conf
644 plain systemd/settings.json5 $share/settings.json5
644 plain Sources/Agent/Tools/render-user.conf $share/render-user.conf
644 plain manager-lite/demo-scene.py $share/demo-scene.py
644 plain systemd/monitoring/alerts.yml $share/monitoring/alerts.yml
644 plain systemd/monitoring/grafana-dashboard.json $share/monitoring/grafana-dashboard.json
END
    # Executors in other languages; those in Swift are in the agent.
    for file in executors/*/executor.json5; do
        echo "644 plain $file $libexec/$file"
        file=$(dirname "$file")/main.py
        echo "755 plain $file $libexec/$file"
    done
}

# Builds the programs and nothing else, one after another, unless `from` is the folder that has them; sets `from`.
build_programs() {
    [ -z "$from" ] || return 0
    from=$PWD/.build/programs
    local name
    for name in "${programs[@]}"; do
        [ "$name" != task-supervisor ] || { build_supervisor && continue; }
        build_program "$name"
    done
}

# Builds one program into the folder `from`, without the data of ICU where its name is known (Package.swift).
build_program() {
    local options=(-c release --static-swift-stdlib) symbol
    symbol=$(symbol_of_icu_data)
    [ -z "$symbol" ] || local -x FLAMENCO_ICU_DATA=$symbol
    swift build "${options[@]}" --product "$1"
    install -D -m 755 "$(swift build "${options[@]}" --show-bin-path)/$1" "$from/$1"
}

# Builds task-supervisor without any shared library: it starts once for each program, and linking takes most of that time.
# Fails where this machine has no static libc.
build_supervisor() {
    local options=(-c release --scratch-path .build/supervisor -Xswiftc -static-executable -Xswiftc -use-ld=lld)
    [ -f "$(clang -print-file-name=libc.a)" ] \
        && swift build "${options[@]}" --product task-supervisor \
        && install -D -m 755 "$(swift build "${options[@]}" --show-bin-path)/task-supervisor" "$from/task-supervisor"
}

# The name of ICU's data in Swift's static libraries; nothing where it cannot be found, and then the data is linked.
symbol_of_icu_data() {
    local libraries
    libraries=$(swiftc -static-stdlib -print-target-info | sed -n 's|^ *"\(/.*/swift_static/linux\)",*$|\1|p' | head -n 1)
    nm "$libraries/lib_FoundationICU.a" 2>/dev/null | sed -n 's/^.* R \(icudt[0-9]*_dat\)$/\1/p' || true
}

# Starts an archive or a package: builds the programs unless they are given, sets `work` to a folder that is removed when the
# script ends, and sets the date of all files to that of the version.
begin_package() {
    build_programs
    has_programs || complain "--from should be a folder with the built programs, but is \"$from\""
    work=$(mktemp -d)
    trap 'rm -rf "$work"' EXIT
    SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(systemd/version.sh --date)}
    export SOURCE_DATE_EPOCH
}

# Whether the folder `from` has all the built programs.
has_programs() {
    local name
    for name in "${programs[@]}"; do [ -f "$from/$name" ] && [ -x "$from/$name" ] || return 1; done
}

# Puts all files in their places below a folder that stands for the root of the file system, except those below the folder
# `left_out` if that is set. Needs `from`. A running program keeps the file that it was started from.
lay_out() {
    local root=$1 mode maker source file
    layout | while read -r mode maker source file; do
        case "$file" in
            "${left_out:-/dev/null}"/*) ;;
            *) put "$mode" "$root$file" "$maker" "$source" ;;
        esac
    done
}

# Writes the output of a command to a file with this mode; if the command fails, the file is unchanged.
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

manual() { "$from/$1" help --man | gzip -9n; }

completion() { "$from/${1%:*}" completion "${1#*:}"; }

plain() { cat "$1"; }

unit() { sed "s|/usr/bin/|$prefix/bin/|" "systemd/$1"; }

# The unit for several agents on one machine, each with its own settings and state.
instance_unit() {
    unit "$1" | sed \
        -e '/^# flamenco-agent@.service is made/d' \
        -e 's|^\(Description=Flamenco Agent\),|\1 %i,|' \
        -e 's|^ExecStart=.* run$|& --settings /etc/flamenco-agent/%i.json5|' \
        -e 's|^StateDirectory=flamenco-agent$|&/%i|'
}

# Lets flamenco-agent.service run programs as another user, as in the settings of a new installation.
lay_out_render_user() {
    local drop_in=$1/etc/systemd/system/flamenco-agent.service.d/render-user.conf source=Sources/Agent/Tools/render-user.conf
    # An unpacked archive has it among the installed files.
    [ -f "$source" ] || source=share/flamenco-agent/render-user.conf
    put 644 "$drop_in" plain "$source"
}

# The settings to install, with the manager's URL if it is given.
settings_text() {
    local line
    while IFS= read -r line; do
        case "$1:$line" in
            ?*:*"// manager_url: "*) printf '    manager_url: "%s",\n' "$1" ;;
            *) printf '%s\n' "$line" ;;
        esac
    done <systemd/settings.json5
}

# The documents of a package: puts the pages, the changelog and the licenses into a folder.
lay_out_documents() {
    local folder=$1 page
    for page in README:README systemd/README:operators executors/README:executors manager-lite/README:manager-lite; do
        put 644 "$folder/${page#*:}.md.gz" gzip -9nc "${page%:*}.md"
    done
    put 644 "$folder/changelog.gz" gzip -9nc systemd/debian/changelog
    put 644 "$folder/copyright" copyright
}

copyright() {
    cat systemd/debian/copyright
    echo 'License: MIT'
    sed -n '/^Permission/,$ s/^/ /p' LICENSE | sed 's/^ $/ ./'
}

# The version of the built programs in `from`, which must be that of the changelog.
version_of_programs() {
    local wanted found
    wanted=$(systemd/version.sh)
    found=$("$from/flamenco-agent" version)
    if [ "${found##* }" != "$wanted" ]; then
        echo "the programs in $from have version ${found##* }, but the changelog has $wanted: build them again" >&2
        return 65
    fi
    echo "$wanted"
}

# Removes the parts of programs that only debuggers read.
strip_programs() { strip --strip-unneeded --remove-section=.comment --remove-section=.note "$@"; }

# Exits if programs would not find their libraries on other machines: a program with a search path needs libraries that are in
# no package.
require_portable() {
    if [ -z "$this_machine_only" ] && [[ $(objdump -p "$@" | sed -nE 's/^ *(RPATH|RUNPATH) +//p') == */* ]]; then
        complain "the programs need libraries of this machine; build them with --static-swift-stdlib" 65
    fi
}

# Sets the time of all files below a folder to that of the newest entry of the changelog.
stamp() { find "$1" -exec touch --no-dereference --date="@${SOURCE_DATE_EPOCH:?}" {} +; }
