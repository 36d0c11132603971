#!/usr/bin/env bash
# Installs what the tests need and runs all of them. Arguments go to `swift test`, as in `Tests/run.sh --filter FarmTests`.
set -euo pipefail
cd "$(dirname "$0")/.."

source Tests/prerequisites.sh
require pkg-config libcurl blender ffmpeg ffprobe openssl

swift build --build-tests
if [ $# -gt 0 ]; then
    exec swift test --skip-build "$@"
fi
# What starts, kills and renders by the hundred takes the whole machine; it gets its own turn, so that nothing else starves.
heavy='KillTests|SupervisorTests|ExecutorsTests|EndToEndTests'
swift test --skip-build --skip "$heavy"
swift test --skip-build --filter "$heavy"
