#!/usr/bin/env bash
# Measures the programs as packages have them. Called by `Tests/run.sh --bench [PART]`; the parts are those of Tests/Benchmarks.
set -euo pipefail
cd "$(dirname "$0")/.."
source systemd/layout.sh

from=''
build_programs
build_program benchmarks
echo "$(sed -n 's/^model name[[:space:]]*: //p' /proc/cpuinfo | head -n 1), $(nproc) processors, Linux $(uname -r)"
exec "$from/benchmarks" "$@"
