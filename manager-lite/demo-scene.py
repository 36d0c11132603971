"""Makes a small animated scene: Cycles on the CPU, no denoising, few samples, 320 x 180, ten frames.

Called by Blender: blender --background --python demo-scene.py -- FILE.blend
"""

import math
import sys

import bpy

path = sys.argv[sys.argv.index("--") + 1]
scene = bpy.context.scene
scene.render.engine = "CYCLES"
scene.cycles.device = "CPU"
scene.cycles.samples = 4
scene.cycles.use_denoising = False
scene.render.resolution_x = 320
scene.render.resolution_y = 180
scene.render.resolution_percentage = 100
scene.render.fps = 24
scene.frame_start = 1
scene.frame_end = 10

cube = bpy.data.objects["Cube"]
material = bpy.data.materials.new("Orange")
material.use_nodes = True
material.node_tree.nodes["Principled BSDF"].inputs["Base Color"].default_value = (0.9, 0.35, 0.05, 1)
cube.data.materials.clear()
cube.data.materials.append(material)
for frame, turn in ((1, 0), (10, math.pi / 2)):
    cube.rotation_euler.z = turn
    cube.keyframe_insert("rotation_euler", frame=frame)

bpy.ops.wm.save_as_mainfile(filepath=path)
