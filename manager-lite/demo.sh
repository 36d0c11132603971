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

# Starts an agent with these options in place of the last.
start_agent() {
    if [ "${#pids[@]}" -gt 1 ]; then
        kill -TERM "${pids[1]}"
        wait "${pids[1]}" || true
    fi
    "$bin/flamenco-agent" run --manager-url "$url" --state-dir "$work/state" --worker-name demo "$@" \
        >>"$work/agent.log" 2>&1 &
    pids[1]=$!
}

# Renders the frames into a folder, so many in each task, and waits for the end of the job.
render() {
    "$bin/manager-lite" submit --manager "$url" --wait --name "$1" --type simple-blender-render \
        --set blender_cmd='{blender}' --set filepath="$output/demo.blend" --set render_output="$2/######.png" \
        --set frames=1-10 --set chunk_size="$3" --set fps=24 --set extract_audio=false --set images_or_video=images \
        --set format=PNG --set output_file_extension=.png
}

start_agent
render "Demo" "$output/frames" 3

# The same in tasks of one frame, with a Blender for each and with one that stays open.
times=()
for seconds in 0s 30s; do
    start_agent --keep-blender-open "$seconds"
    begin=$(date +%s%N)
    render "keep_blender_open: $seconds" "$work/frames-$seconds" 1 >/dev/null
    times+=("$((($(date +%s%N) - begin) / 1000000))")
done
awk -v cold="${times[0]}" -v warm="${times[1]}" 'BEGIN {
    printf "\nTen tasks of one frame and the video: %.1f s, with keep_blender_open %.1f s, which saves %.0f %%\n",
        cold / 1000, warm / 1000, 100 - 100 * warm / cold }'

echo
echo "Frames:"
find "$output/frames" -name '*.png' | sort
echo "Video:"
find "$output/frames" -name '*.mp4' -o -name '*.mkv' | sort
