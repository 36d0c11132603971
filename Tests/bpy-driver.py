#!/usr/bin/env python3
"""Renders frames with the driver of a Blender that stays open, in the bpy of this Python, and compares each pixel with what bpy
renders without it. For versions of Blender that are on PyPI alone:

    python3.11 -m venv /tmp/bpy && /tmp/bpy/bin/pip install bpy==5.0.1 && /tmp/bpy/bin/python Tests/bpy-driver.py"""

import json
import os
import struct
import subprocess
import sys
import tempfile
import types
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "executors/blender-render"
# What orders ask for, and the frames that these are: the range of the scene begins with 5 and ends with 9.
ORDERS = [("3", [3]), ("1,1,2", [1, 1, 2]), ("+0..+1,-1", [5, 6, 9]), ("12,7..8", [12, 7, 8])]


def make_scene(path):
    import bpy

    scene = bpy.context.scene
    scene.render.engine = "CYCLES"
    scene.cycles.samples = 1
    scene.cycles.use_denoising = False
    scene.render.resolution_x, scene.render.resolution_y = 64, 36
    scene.frame_start, scene.frame_end = 5, 9
    cube = bpy.data.objects["Cube"]
    for frame in (1, 15):
        cube.rotation_euler.z = frame / 10
        cube.keyframe_insert("rotation_euler", frame=frame)
    cube.driver_add("location", 2).driver.expression = "frame / 20"
    cube.modifiers.new("Collision", "COLLISION")
    bpy.ops.mesh.primitive_grid_add(x_subdivisions=8, y_subdivisions=8, size=4, location=(0, 0, 2))
    cache = bpy.context.object.modifiers.new("Cloth", "CLOTH").point_cache
    cache.frame_end = 12
    bpy.ops.wm.save_as_mainfile(filepath=path)
    cache.use_disk_cache = True
    bpy.ops.ptcache.bake_all(bake=True)
    bpy.ops.wm.save_as_mainfile(filepath=path)


def open_scene(path):
    import bpy

    bpy.ops.wm.open_mainfile(filepath=path)
    bpy.context.scene.render.image_settings.file_format = "PNG"
    # What a job's add-on may do with each frame.
    bpy.app.handlers.frame_change_post.append(lambda scene, *_: setattr(bpy.data.objects["Light"], "hide_render", False))
    return bpy


def render_plainly(path, output):
    bpy = open_scene(path)
    scene = bpy.context.scene
    scene.render.filepath = output
    for _, frames in ORDERS:
        for frame in frames:
            for _ in range(2):
                scene.frame_end = frame
                scene.frame_start = frame
            bpy.ops.render.render(animation=True)


def render_with_driver(path):
    open_scene(path)
    module = sys.modules["flamenco_agent"] = types.ModuleType("flamenco_agent")
    text = "\n".join((FOLDER / name).read_text() for name in ("rendering.py", "driver.py"))
    exec(compile(text, "driver", "exec"), module.__dict__)
    module.serve()


def pixels(path):
    """The size and the pixels of a PNG file, without the texts about when and how it was made."""
    data, place, found = path.read_bytes(), 8, b""
    while place < len(data):
        length = struct.unpack_from(">I", data, place)[0]
        if data[place + 4 : place + 8] in (b"IHDR", b"IDAT"):
            found += data[place + 4 : place + 8 + length]
        place += 12 + length
    return found


def call(*words, text=None):
    result = subprocess.run([sys.executable, __file__, *words], input=text, capture_output=True, text=True)
    if result.returncode != 0:
        sys.exit(f"{words[0]} failed:\n{result.stdout}\n{result.stderr}")
    return result.stdout


def main():
    with tempfile.TemporaryDirectory() as folder:
        scene, orders = f"{folder}/scene.blend", []
        for number, (frames, _) in enumerate(ORDERS):
            order = {"mark": f"mark-{number} ", "output": f"{folder}/driver/####", "frames": frames}
            orders.append(order | {"arguments": ["-f", frames], "variables": {"FLAMENCO_TASK_NAME": str(number)}})
        call("make", scene)
        call("plain", scene, f"{folder}/plain/####")
        lines = [json.dumps(order) for order in orders]
        printed = call("driver", scene, text="\n".join([lines[0], "", *lines[1:], ""]))
        reports = [json.loads(line.split(" ", 1)[1]) for line in printed.splitlines() if line.startswith("mark-")]
        states = [report["state"] for report in reports]
        assert states == ["begun", "done"] * len(ORDERS), (states, reports, printed)
        assert not any(report.get("hasLeftThreads") for report in reports), reports
        plain, driven = ({file.name: pixels(file) for file in Path(folder, name).iterdir()} for name in ("plain", "driver"))
        assert len(plain) == len(set(plain.values())) == 9, sorted(plain)
        assert plain == driven, sorted(name for name in plain if plain[name] != driven.get(name))

    import bpy

    print(f"Blender {bpy.app.version_string}: {len(driven)} frames of the driver are equal to those of bpy")


if __name__ == "__main__":
    actions = {"make": make_scene, "plain": render_plainly, "driver": render_with_driver}
    if not sys.argv[1:]:
        sys.exit(main())
    actions[sys.argv[1]](*sys.argv[2:])
    # When all is done: bpy 4.2 crashes while Python ends, with its driver or without.
    sys.stdout.flush()
    os._exit(0)
