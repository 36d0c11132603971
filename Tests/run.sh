#!/usr/bin/env bash
# Installs what the tests need and runs all of them. Arguments go to `swift test`, as in `Tests/run.sh --filter FarmTests`.
# `Tests/run.sh --soak MINUTES [--seed N] [--agents N]` instead kills agents and restarts managers for that long, and
# compares what programs printed with what arrived.
# `Tests/run.sh --bench [PART]` measures the programs as packages have them.
# `Tests/run.sh --sanitize thread|address [ARGUMENTS]` runs them under a sanitizer, from a build of its own.
set -euo pipefail
cd "$(dirname "$0")/.."

if [ "${1:-}" = --soak ]; then
    [ $# -ge 2 ] || { echo "run.sh: --soak needs a number of minutes" >&2 && exit 64; }
    swift build
    exec "$(swift build --show-bin-path)/soak" --minutes "$2" "${@:3}"
fi

if [ "${1:-}" = --bench ]; then exec Tests/bench.sh "${@:2}"; fi
if [ "${1:-}" = --sanitize ]; then exec Tests/sanitize.sh "${@:2}"; fi

source Tests/prerequisites.sh
require pkg-config libcurl blender ffmpeg ffprobe openssl systemd-analyze rsync jq node python3 ip dpkg-shlibdeps lintian \
    chromium fonts-dejavu-core zsh fish groff
tools=$(python_tools)

# Tests that start all at once starve each other, and those with many steps run out of time.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$((4 * $(nproc)))
swift build --build-tests
if [ $# -gt 0 ]; then
    exec swift test --skip-build "$@"
fi

# All parts run even when one fails, and what failed is said again at the end, where it is found.
output=$(mktemp)
trap 'rm -f "$output"' EXIT
failed=()
part() {
    local name=$1
    shift
    "$@" 2>&1 | tee -a "$output" || failed+=("$name")
}

# What starts, kills and renders by the hundred takes the whole machine; it gets a turn of its own, so that nothing else
# starves. The trees of SupervisorTests use up the system's threads and processes for a moment, and go alone.
heavy='KillTests|ExecutorsTests|EndToEndTests'
part "the light tests" swift test --skip-build --skip "$heavy|SupervisorTests"
part "the heavy tests" swift test --skip-build --filter "$heavy"
part "SupervisorTests" swift test --skip-build --filter SupervisorTests
part "the page" "$tools/python" Tests/Browser/page.py "$(swift build --show-bin-path)"
part "fuzzing" "$tools/python" Tests/Schemathesis/fuzz.py "$(swift build --show-bin-path)/manager-lite"

if [ ${#failed[@]} -gt 0 ]; then
    echo "== What failed: ${failed[*]}"
    grep -A 3 ' recorded an issue' "$output" | grep -v -e '^--$' -e ' started\.$' -e ' passed after ' | cut -c 1-500 || true
    grep -E '^. (Test|Suite) .* failed after ' "$output" | cut -c 1-500 || true
    exit 1
fi
