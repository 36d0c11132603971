#!/usr/bin/env bash
# Installs what the tests need and runs all of them. Arguments go to `swift test`, as in `Tests/run.sh --filter FarmTests`.
set -euo pipefail
cd "$(dirname "$0")/.."

source Tests/prerequisites.sh
require pkg-config libcurl blender ffmpeg ffprobe openssl

swift build --build-tests
swift test --skip-build "$@"
