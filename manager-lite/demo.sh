#!/usr/bin/env bash
# Renders a small animation with all components on this machine: manager-lite, one agent, Blender, FFmpeg. Installs
# missing packages, builds, leaves no process behind, and ends by listing the frames and the video that it created.
set -euo pipefail
root=$(cd "$(dirname "$0")/.." && pwd)
cd "$root"

source systemd/layout.sh
source Tests/prerequisites.sh
require pkg-config libcurl blender ffmpeg ffprobe
command -v swift >/dev/null || {
    echo "Please install a Swift toolchain first: https://www.swift.org/install" >&2
    exit 69
}

output=${1:-"${TMPDIR:-/tmp}/flamenco-demo-$(id -un)"}
mkdir -p "$output"
output=$(cd "$output" && pwd)
work=$(mktemp -d)
pids=()

# Stops the started processes by pid, the last one first, and waits for them.
clean_up() {
    local status=$?
    trap - EXIT INT TERM HUP
    local index
    for ((index = ${#pids[@]} - 1; index >= 0; index--)); do
        kill -TERM "${pids[index]}" 2>/dev/null || true
        wait "${pids[index]}" 2>/dev/null || true
    done
    if [ "$status" -ne 0 ] && [ -s "$work/agent.log" ]; then
        echo "--- the end of the agent's log" >&2
        tail -n 20 "$work/agent.log" >&2
    fi
    rm -rf "$work"
    exit "$status"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM HUP

echo "Building (the first time takes a few minutes)"
from=''
if ! build_programs >"$work/build.log" 2>&1; then
    cat "$work/build.log" >&2
    exit 70
fi
bin=$from

if [ ! -f "$output/demo.blend" ]; then
    echo "Creating a scene with Blender"
    blender --background --factory-startup --python-exit-code 1 --python manager-lite/demo-scene.py -- \
        "$output/demo.blend" >"$work/scene.log" 2>&1 || {
        tail -n 20 "$work/scene.log" >&2
        exit 70
    }
fi
rm -rf "$output/frames"
: >"$work/manager.log"

"$bin/manager-lite" serve --listen 127.0.0.1:0 --variable "blender=$(command -v blender)" \
    --variable "ffmpeg=$(command -v ffmpeg)" >"$work/manager.log" 2>&1 &
pids+=($!)
url=""
for _ in $(seq 100); do
    url=$(sed -n 's/^.*\(http:[^ ]*\).*$/\1/p' "$work/manager.log" | head -n 1)
    [ -n "$url" ] && break
    kill -0 "${pids[0]}" 2>/dev/null || { cat "$work/manager.log" >&2; exit 70; }
    sleep 0.1
done
[ -n "$url" ] || {
    echo "manager-lite did not print the address that it listens on:" >&2
    cat "$work/manager.log" >&2
    exit 70
}
echo "manager-lite listens on $url"

"$bin/flamenco-agent" run --manager-url "$url" --state-dir "$work/state" --worker-name demo >"$work/agent.log" 2>&1 &
pids+=($!)

"$bin/manager-lite" submit --manager "$url" --wait --name "Demo" --type simple-blender-render \
    --set blender_cmd='{blender}' --set filepath="$output/demo.blend" --set render_output="$output/frames/######.png" \
    --set frames=1-10 --set chunk_size=3 --set fps=24 --set extract_audio=false --set images_or_video=images \
    --set format=PNG --set output_file_extension=.png

echo
echo "Frames:"
find "$output/frames" -name '*.png' | sort
echo "Video:"
find "$output/frames" -name '*.mp4' -o -name '*.mkv' | sort
