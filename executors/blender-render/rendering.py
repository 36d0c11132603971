"""Renders single frames in a Blender that stays open, exactly as its own "-o" and "-f" would. driver.py calls it."""

import contextlib
import re

import _bpy
import bpy

HANDLERS = bpy.app.handlers
# An operator runs these once more when it is done, which "-f" does not.
UPDATES = ("frame_change_pre", "frame_change_post", "depsgraph_update_pre", "depsgraph_update_post")
LAST_FRAME = 1048574


class Declined(Exception):
    """Nothing that can be rendered here as "-f" would."""


def frame_numbers(text, start, end):
    """The frames of "-f", which count "+1" from the file's first frame and "-1" back from behind its last."""

    def number(word):
        sign, value = word[0], int(word.lstrip("+-"))
        frame = start + value if sign == "+" else end - value + 1 if sign == "-" else value
        if not 0 <= frame <= LAST_FRAME:
            raise Declined("there is no frame %d" % frame)
        return frame

    frames = []
    for item in text.split(","):
        if not re.fullmatch(r"[+-]?[0-9]+(\.\.[+-]?[0-9]+)?", item):
            raise Declined('"%s" is no frame' % item)
        bounds = [number(word) for word in item.split("..")]
        if bounds[0] > bounds[-1]:
            raise Declined("the frames %s are none" % item)
        frames += range(bounds[0], bounds[-1] + 1)
    return frames


def without_window():
    """The context of "-f", which has no window; that of a script has one."""
    return bpy.context.temp_override(window=None) if has_override() else contextlib.nullcontext()


def has_override():
    """Whether the context can be changed, which Blender has been able to do since 3.2."""
    return hasattr(bpy.context, "temp_override")


def current_scene():
    with without_window():
        return bpy.context.scene


def image_settings(scene):
    settings = scene.render.image_settings
    found = {}
    for entry in settings.bl_rna.properties:
        if not entry.is_readonly and entry.type in {"BOOLEAN", "INT", "FLOAT", "STRING", "ENUM"}:
            found[entry.identifier] = getattr(settings, entry.identifier)
    return found


def set_range(scene, start, end):
    # Each bound may limit the other.
    for _ in range(2):
        scene.frame_end = end
        scene.frame_start = start
    if (scene.frame_start, scene.frame_end) != (start, end):
        raise Declined("the frame range cannot be %d to %d" % (start, end))


def unbaked_simulation():
    """The name of an object whose simulation an evaluation out of turn would change."""
    for item in bpy.data.objects:
        caches = [getattr(modifier, "point_cache", None) for modifier in item.modifiers]
        caches += [system.point_cache for system in item.particle_systems]
        if any(cache is not None and not cache.is_baked for cache in caches):
            return item.name
    for scene in bpy.data.scenes:
        if scene.rigidbody_world is not None and not scene.rigidbody_world.point_cache.is_baked:
            return scene.name
    return None


class Session:
    """What the file was like before the first order, and how a frame is rendered."""

    def __init__(self):
        scene = current_scene()
        self.scene_name = scene.name
        self.file = bpy.data.filepath
        self.path = scene.render.filepath
        self.images = image_settings(scene)
        self.bounds = scene.frame_start, scene.frame_end
        self.held = None
        self.override = None
        self.is_cancelled = False
        self.empty_name = None
        # What cannot be restored is not changed.
        set_range(scene, *self.bounds)
        if has_override():
            # Behind all other scenes. See ends().
            self.empty_name = bpy.data.scenes.new("\U0010fffd flamenco-agent").name
        elif unbaked_simulation() is not None:
            raise Declined('the simulation of "%s" is not baked' % unbaked_simulation())

    def scene(self):
        scene = current_scene()
        if bpy.data.filepath != self.file or scene is None or scene.name != self.scene_name:
            raise Declined("a script has opened another file or scene")
        return scene

    # Handlers

    def hold(self):
        if self.held is None:
            self.held = {name: getattr(HANDLERS, name)[:] for name in UPDATES}
            for name in UPDATES:
                getattr(HANDLERS, name).clear()

    def release(self):
        if self.held is not None:
            for name, handlers in self.held.items():
                getattr(HANDLERS, name)[:0] = handlers
            self.held = None

    def begins(self):
        """Rendering begins, and has taken its frames from the range: from here on, all is as with "-f"."""
        set_range(self.scene(), *self.bounds)
        self.release()

    def ends(self):
        """Rendering has ended. What the operator does then is to evaluate the scene for the current frame, which "-f" does not
        do, and which would take time and may change simulations: it gets a scene with nothing in it."""
        self.hold()
        empty = bpy.data.scenes.get(self.empty_name) if self.empty_name else None
        if empty is not None:
            self.override = bpy.context.temp_override(scene=empty, view_layer=empty.view_layers[0])
            self.override.__enter__()

    def cancelled(self):
        self.is_cancelled = True
        self.ends()

    # Rendering

    def operate(self):
        call = getattr(_bpy.ops, "call", None)
        options = {"animation": True}
        with without_window():
            # "bpy.ops" would evaluate the scene first.
            if call is None:
                return bpy.ops.render.render(**options)
            if bpy.app.version >= (4, 0, 0):
                return call("render.render", options)
            return call("render.render", None, options)

    def render(self, frame):
        scene = self.scene()
        self.bounds = scene.frame_start, scene.frame_end
        self.is_cancelled = False
        ours = [(HANDLERS.render_init, lambda *_: self.begins())]
        ours += [(HANDLERS.render_complete, lambda *_: self.ends()), (HANDLERS.render_cancel, lambda *_: self.cancelled())]
        for handlers, handler in ours:
            HANDLERS.persistent(handler)
            if handlers is HANDLERS.render_init:
                handlers.insert(0, handler)
            else:
                handlers.append(handler)
        self.hold()
        try:
            set_range(scene, frame, frame)
            result = self.operate()
        finally:
            if self.override is not None:
                self.override.__exit__(None, None, None)
                self.override = None
            self.release()
            for handlers, handler in ours:
                if handler in handlers:
                    handlers.remove(handler)
            set_range(self.scene(), *self.bounds)
        if self.is_cancelled or result != {"FINISHED"}:
            raise Declined("frame %d was not rendered" % frame)

    def perform(self, output, frames):
        """Renders frames as "-o" and "-f" with these values would, and leaves the scene as it was."""
        scene = self.scene()
        if scene.render.is_movie_format:
            raise Declined("the scene makes a video")
        numbers = frame_numbers(frames, scene.frame_start, scene.frame_end)
        scene.render.filepath = output
        if scene.render.filepath != output:
            raise Declined("Blender changes the output path")
        for number in numbers:
            self.render(number)
        self.restore()

    def restore(self):
        scene = self.scene()
        scene.render.filepath = self.path
        settings = scene.render.image_settings
        # One may allow another.
        for _ in range(2):
            for name, value in self.images.items():
                if getattr(settings, name) != value:
                    setattr(settings, name, value)
