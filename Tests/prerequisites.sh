# shellcheck shell=bash
# Sourced by scripts that need more than a Swift toolchain: `require COMMAND-OR-LIBRARY…` installs what is missing with
# apt, asking for nothing, or says what to install where that is not possible.

# The Debian package that provides a command or a library.
package_for() {
    case "$1" in
        libcurl) echo libcurl4-openssl-dev ;;
        ffprobe) echo ffmpeg ;;
        systemd-analyze) echo systemd ;;
        dpkg-shlibdeps) echo dpkg-dev ;;
        node) echo nodejs ;;
        ip) echo iproute2 ;;
        groff) echo groff-base ;;
        *) echo "$1" ;;
    esac
}

is_present() {
    case "$1" in
        libcurl) command -v pkg-config >/dev/null && pkg-config --exists libcurl ;;
        python3-venv) python3 -c 'import ensurepip, venv' 2>/dev/null ;;
        # Any font will do.
        fonts-dejavu-core) [ -n "$(find /usr/share/fonts -name '*.ttf' -print -quit 2>/dev/null)" ] ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

require() {
    local missing=() name
    for name in "$@"; do
        is_present "$name" || missing+=("$(package_for "$name")")
    done
    [ ${#missing[@]} -eq 0 ] && return 0

    local as_root=()
    if [ "$(id -u)" -ne 0 ]; then as_root=(sudo -n); fi
    if ! command -v apt-get >/dev/null || ! "${as_root[@]}" true 2>/dev/null; then
        echo "Please install what is missing, then call this again: ${missing[*]}" >&2
        exit 69
    fi
    echo "Installing ${missing[*]}"
    local log
    log=$(mktemp)
    if ! { "${as_root[@]}" apt-get update &&
        "${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends "${missing[@]}"; } \
        >"$log" 2>&1; then
        tail -n 20 "$log" >&2
        rm -f "$log"
        echo "apt could not install: ${missing[*]}" >&2
        exit 69
    fi
    rm -f "$log"
}

# What Tests/python-requirements.txt names, from PyPI, in a Python of its own below .build; prints the folder of its
# programs.
python_tools() {
    local folder=.build/python-tools wanted=Tests/python-requirements.txt
    if ! cmp -s "$wanted" "$folder/installed.txt"; then
        require python3 python3-venv >&2
        rm -rf "$folder"
        python3 -m venv "$folder" &&
            "$folder/bin/pip" install --quiet --disable-pip-version-check -r "$wanted" >&2 &&
            cp "$wanted" "$folder/installed.txt" || return 69
    fi
    echo "$folder/bin"
}
