#!/usr/bin/env python3
"""image-convert: converts images with FFmpeg, one after another.

Each new file appears under its name when it is complete, so that a task that is stopped leaves no incomplete images.
"""

import json
import os
import subprocess
import sys


def tell(message, value):
    """Sends a message to the agent, as a line of output."""
    print(f"{message}: {value}", flush=True)


def fail(reason):
    tell("openjd_fail", reason)
    sys.exit(1)


def words_for_ffmpeg(parameters, source, destination):
    words = [parameters.get("ffmpeg") or "ffmpeg", "-hide_banner", "-nostdin", "-loglevel", "error", "-y"]
    # Without these two options, FFmpeg would interpret a "%" in a name as the pattern of an image sequence.
    words += ["-f", "image2", "-pattern_type", "none", "-i", source]
    if parameters.get("width"):
        words += ["-vf", f"scale={parameters['width']}:-1"]
    return words + ["-frames:v", "1", "-update", "1", destination]


def convert(parameters, source, destination):
    """Converts one image; returns what went wrong, or None."""
    folder, name = os.path.split(destination)
    unfinished = os.path.join(folder, f".unfinished-{os.getpid()}-{name}")
    try:
        result = subprocess.run(
            words_for_ffmpeg(parameters, source, unfinished), text=True, errors="replace",
            stdout=subprocess.PIPE, stderr=subprocess.STDOUT)
    except OSError as error:
        return f"cannot start FFmpeg: {error.strerror}"
    print(result.stdout, end="", flush=True)
    if result.returncode == 0 and os.path.exists(unfinished):
        os.replace(unfinished, destination)
        return None
    if os.path.exists(unfinished):
        os.remove(unfinished)
    lines = result.stdout.strip().splitlines()
    return lines[-1] if lines else f"FFmpeg ended with status {result.returncode}"


def main():
    parameters = json.load(sys.stdin)["parameters"]
    files, folder = parameters["files"], parameters["output_folder"]
    ending = parameters["format"].lstrip(".")
    if not ending.isalnum():
        fail(f'"format" should be a file extension such as jpg or png, but is "{ending}"')

    destinations = [os.path.join(folder, f"{os.path.splitext(os.path.basename(file))[0]}.{ending}") for file in files]
    for index, destination in enumerate(destinations):
        if destination in destinations[:index]:
            fail(f"two of the images would be written to {destination}")
        if os.path.exists(destination) and os.path.samefile(destination, files[index]):
            fail(f"{destination} would overwrite its own source")

    try:
        os.makedirs(folder, exist_ok=True)
    except OSError as error:
        fail(f"cannot make {folder}: {error.strerror}")
    for number, (source, destination) in enumerate(zip(files, destinations), start=1):
        tell("openjd_status", f"{os.path.basename(source)}, {number} of {len(files)}")
        problem = convert(parameters, source, destination)
        if problem:
            fail(f"{source}: {problem}")
        tell("flamenco_output", destination)
        tell("flamenco_step", number)
        tell("openjd_progress", 100 * number / len(files))


main()
