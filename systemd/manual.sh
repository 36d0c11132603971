#!/usr/bin/env bash
# systemd/manual.sh PROGRAM: prints the manual page of a built program, made from what its `help` says.
set -euo pipefail
program=${1:-}
[ -f "$program" ] && [ -x "$program" ] || {
    echo "manual.sh: PROGRAM should be a built program, but is “$program”" >&2
    exit 64
}
name=$(basename "$program")
# The language of the caller must not change the page.
export LC_ALL=C.UTF-8

# Text that roff prints as it is: "\" and "-" mean something else to it, and so do "." and "'" at the start of a line.
escape() { sed -e 's/\\/\\e/g' -e 's/-/\\-/g' -e "s/^[.']/\\\\\&&/"; }

help=$("$program" help)
version=$("$program" version)
summary=$(head -n 1 <<<"$help")
summary=${summary#"$name" }
summary=${summary#is }
date=$(date --utc --date="@${SOURCE_DATE_EPOCH:-$(date +%s)}" +%Y-%m-%d)

cat <<EOF
.TH ${name^^} 1 "$date" "$(escape <<<"$version")" "User Commands"
.SH NAME
$(escape <<<"$name") \\- $(escape <<<"${summary%.}")
.SH SYNOPSIS
.B $(escape <<<"$name")
.I command
.RI [ options ]
.SH COMMANDS
EOF

# Usage, an empty line, the summary; then perhaps an empty line, “Options:”, and a line for each.
sed -n 's/^  \([a-z-]*\)  .*/\1/p' <<<"$help" | while read -r command; do
    "$program" help "$command" </dev/null | escape | awk '
        NR == 1 { print ".SS " $0; next }
        /^Options:$/ { inOptions = 1; next }
        inOptions && match($0, /^  [^ ]+( [^ ]+)?  +/) {
            usage = substr($0, 3, RLENGTH - 2); sub(/ +$/, "", usage)
            print ".TP\n.B " usage "\n" substr($0, RLENGTH + 1); next
        }
        NF { print }'
done

echo '.SH SEE ALSO'
case "$name" in
    flamenco-agent) printf '.BR %s (1),\n' manager\\-lite blender ffmpeg && echo '.BR systemctl (1)' ;;
    manager-lite) echo '.BR flamenco\-agent (1)' ;;
esac
