import FlamencoAPI

/// The `blender-render` commands of a job: Blender's command line, in the order in which Blender reads it.
struct RenderCommand {
    let settings: CheckedSettings
    let format: BlenderFormat

    /// Renders an image for each frame.
    func frames(_ frames: FrameRange) throws(SettingProblem) -> Command {
        try command([
            "--render-output", .string(try settings.string("render_output")), "--render-format",
            .string(format.argument), "--render-frame", .string(frames.blenderNotation),
        ])
    }

    /// Renders the frames into one file.
    func movie(_ frames: ClosedRange<Int>) throws(SettingProblem) -> Command {
        try command(
            ["--render-output", .string(try settings.string("render_output"))]
                + ["--render-format", .string(format.argument)] + Self.bounds(frames) + ["--render-anim"])
    }

    /// Writes the sound of the scene, silence if it has none, between the first and the last frame.
    func sound(of frames: FrameRange, to file: String) throws(SettingProblem) -> Command {
        // The path goes in as an argument, so that nothing in it is taken for Python.
        let script = "import bpy, sys; bpy.ops.sound.mixdown(filepath=sys.argv[-1], container='FLAC', codec='FLAC')"
        return try command(
            frames.runs.flatMap(Self.bounds) + ["--python-exit-code", "1", "--python-expr", .string(script), "--"]
                + [.string(file)])
    }

    private static func bounds(_ frames: ClosedRange<Int>) -> [JSONValue] {
        [
            "--frame-start", .string(String(frames.lowerBound)), "--frame-end", .string(String(frames.upperBound)),
        ]
    }

    private func command(_ arguments: [JSONValue]) throws(SettingProblem) -> Command {
        Command(
            name: "blender-render",
            parameters: [
                "exe": .string(try settings.string("blender_cmd")),
                "exeArgs": "{blenderArgs}",
                "blendfile": .string(try settings.string("filepath")),
                "args": .array(arguments),
            ])
    }
}
