#!/usr/bin/env bash
# Tests/sanitize.sh thread|address [ARGUMENTS]: runs the tests, and the programs that they start, under a sanitizer of the
# compiler, from a build of its own. Arguments go to `swift test`; without any, all tests run but those that are left out below.
# Fails when a test fails, or when anything is reported.
set -euo pipefail
cd "$(dirname "$0")/.."

kind=${1:-}
case "$kind" in
    thread | address) shift ;;
    *) echo 'sanitize.sh: the sanitizer should be "thread" or "address", but is "'"$kind"'"' >&2 && exit 64 ;;
esac

# Left out of both:
# - SupervisorTests: a process that has to start below a limit of address space cannot, since sanitizers reserve terabytes;
#   its trees use up the processes of the system, each many times as large here.
# - PackageTests, InstallTests: they are about files, and a package of these programs is none.
# - KillTests, ExecutorsTests: hundreds of Blenders and kills take hours here, and what they kill is reported by nobody.
# - OpenBlenderJobTests/many, ProcessTests/releasedCode: they count the memory of a process, and sanitizers use several
#   times as much.
# - PauseCommandTests/programs, StatusCommandTests/homeless: they start programs in an environment without these options.
left_out='OpenBlenderJobTests/many|ProcessTests/releasedCode|PauseCommandTests/programs|StatusCommandTests/homeless|SupervisorTests|PackageTests'
left_out+='|InstallTests|KillTests|ExecutorsTests'

reports=$(mktemp -d)
trap 'rm -rf "$reports"' EXIT
case "$kind" in
    thread)
        # Package.swift puts a mutex of pthread in the place of Swift's, which this sanitizer does not see.
        export FLAMENCO_SANITIZE=thread
        export TSAN_OPTIONS="log_path=$reports/report exitcode=0"
        ;;
    address)
        # Leaks are not looked for: the runtime of Swift keeps what it knows of types for good.
        export ASAN_OPTIONS="detect_leaks=0 log_path=$reports/report"
        ;;
esac

build=(--sanitize "$kind" --scratch-path ".build/sanitize-$kind")
swift build --build-tests "${build[@]}"
[ $# -gt 0 ] || set -- --skip "$left_out"
status=0
SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=$(nproc) swift test --skip-build "${build[@]}" "$@" || status=$?
if [ -n "$(ls "$reports")" ]; then
    cat "$reports"/*
    echo "The $kind sanitizer reported something." >&2
    exit 1
fi
exit "$status"
