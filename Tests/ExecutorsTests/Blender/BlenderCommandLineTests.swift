import ExecutorKit
import Testing

@testable import Executors

@Suite("What a Blender command line asks for")
struct BlenderCommandLineTests {
    private func parse(_ line: String) -> BlenderCommandLine {
        BlenderCommandLine(line.split(separator: " ").map(String.init))
    }

    @Test(
        "is counted where it can be",
        arguments: [
            ("-f 12", 1), ("--render-frame 1..3", 3), ("-f 1,4..7,12", 6), ("-f 5 -f 7", 2),
            ("-s 1 -e 10 -a", 10), ("--frame-start 1 --frame-end 10 --frame-jump 3 --render-anim", 4),
            ("-b x.blend -o //out -s 5 -e 5 -j 0 -a", 1), ("-s 0 -e 1 -a -f 9", 3), ("-e 3 -s 2 -a", 2),
            ("--python-expr -a -f 1", 1), ("-P x.py -f 1..3", 3), ("-S -a -f 1", 1), ("-s 1 -e 3 -a -- -f 9", 3),
        ])
    func known(line: String, count: Int) {
        #expect(parse(line).frameCount == count)
    }

    @Test(
        "is unknown where it depends on the file or on a script, or makes no sense",
        arguments: [
            "", "-a", "-s 1 -a", "-e 9 -a", "-a -s 1 -e 9", "-s +1 -e 9 -a", "-s 1 -e -1 -a", "-s 9 -e 1 -a", "-f 3..1",
            "-f", "-f x", "-f 1..", "-f 1,,2", "-f 1...3", "-f ..", "-- -f 3", "-s", "-f -9223372036854775808..1",
            "-s 1 -e 9223372036854775807 -a", "-f -3", "-f +2", "-s 1 -e 3 x.blend -a", "-P x.py -s 1 -e 3 -a",
        ])
    func unknown(line: String) {
        #expect(parse(line).frameCount == nil)
    }

    @Test(
        "shows whether rendering is the point",
        arguments: [
            ("x.blend", false), ("x.blend -o /r/a", false), ("--python-expr x", true), ("-P a.py", true),
            ("--version", true),
            ("-P a.py -f 1", false), ("-P a.py -a", false), ("-c extension list -a", true),
        ])
    func purpose(line: String, isWithoutPictures: Bool) {
        #expect(parse(line).isWithoutPictures == isWithoutPictures)
    }

    private func commandLine(_ exe: String, _ exeArgs: String?, _ rest: String, code: Int = 1) throws -> BlenderProgram
    {
        BlenderProgram(
            start: try Program(exe: exe, isFile: false, exeArgs: exeArgs),
            rest: rest.split(separator: " ").map(String.init),
            pythonExitCode: code)
    }

    @Test(
        "gives Blender as many threads as programs may use processors, unless the job says how many",
        arguments: [
            ("x.blend -f 1", "blender --threads 8 x.blend -f 1"), ("x.blend -t 2 -f 1", "blender x.blend -t 2 -f 1"),
            ("x.blend --threads 0 -a", "blender x.blend --threads 0 -a"),
            ("x.blend -- -t 2", "blender --threads 8 x.blend -- -t 2"),
        ])
    func threads(line: String, expected: String) throws {
        let blender = BlenderProgram(
            start: Program("blender"), rest: line.split(separator: " ").map(String.init), pythonExitCode: 0, threads: 8)
        #expect(([blender.program.executable] + blender.program.arguments).joined(separator: " ") == expected)
    }

    @Test(
        "tells Cycles what to render with, unless something of the job stands behind the dashes",
        arguments: [
            ("blender", "x.blend -f 1", "blender --python s x.blend -f 1 -- --cycles-device OPTIX", false),
            ("blender -b", "x.blend -- -x", "blender -b --python s x.blend -- -x", true),
            ("blender", "x.blend -- --cycles-device CPU", "blender --python s x.blend -- --cycles-device CPU", false),
            (
                "rez env blender -- blender", "-f 1",
                "rez env blender -- blender --python s -f 1 -- --cycles-device OPTIX", false
            ),
            ("/studio/render", "-f 1", "/studio/render --python s -f 1 -- --cycles-device OPTIX", false),
            ("/studio/run -- app", "-f 1", "/studio/run -- app --python s -f 1", true),
            ("blender", "-c extension list", "blender --python s -c extension list", false),
        ])
    func cyclesDevice(exe: String, line: String, expected: String, leavesOut: Bool) throws {
        let blender = BlenderProgram(
            start: try Program(exe: exe, isFile: false), rest: line.split(separator: " ").map(String.init),
            pythonExitCode: 0, first: ["--python", "s"], cyclesDevice: "OPTIX")
        #expect(([blender.program.executable] + blender.program.arguments).joined(separator: " ") == expected)
        #expect(blender.leavesOutDevice == leavesOut)
    }

    @Test(
        "lets Blender end with a status when a script fails, wherever Blender stands among the words",
        arguments: [
            ("blender", "-b -y", "x.blend -f 1", "blender -b -y --python-exit-code 1 x.blend -f 1", 1, true),
            (
                "/opt/blender-4.2/blender -b", nil, "-f 1", "/opt/blender-4.2/blender -b --python-exit-code 1 -f 1", 1,
                true
            ),
            ("xvfb-run -a blender", "-b", "-f 1..2", "xvfb-run -a blender -b --python-exit-code 1 -f 1..2", 2, true),
            (
                "rez env blender-3.6 -- blender", "-b", "-f 1",
                "rez env blender-3.6 -- blender -b --python-exit-code 1 -f 1", 1, true
            ),
            (
                "rez", "env blender --", "blender -b -f 1", "rez env blender -- blender --python-exit-code 1 -b -f 1",
                1, true
            ),
            ("blender", "-b -- -f 3", "-f 1", "blender -b --python-exit-code 1 -- -f 3 -f 1", nil, true),
            (
                "blender", "--addons blender_kit -b", "-f 1",
                "blender --addons blender_kit -b --python-exit-code 1 -f 1", 1, true
            ),
            ("/farm/render.sh -a", "", "-f 1", "/farm/render.sh -a --python-exit-code 1 -f 1", 1, false),
            ("blender", "--python-exit-code 7", "-f 1", "blender --python-exit-code 7 -f 1", 1, true),
        ] as [(String, String?, String, String, Int?, Bool)])
    func exitCode(exe: String, exeArgs: String?, rest: String, line: String, frames: Int?, ends: Bool) throws {
        let blender = try commandLine(exe, exeArgs, rest)
        #expect(blender.program.commandLine == line)
        #expect(blender.commandLine.frameCount == frames)
        #expect(blender.endsWithBlender == ends)
    }

    @Test("is left as it is when the operator wants no such status")
    func noExitCode() throws {
        #expect(try commandLine("blender -b", nil, "-f 1", code: 0).program.commandLine == "blender -b -f 1")
    }
}

@Suite("The names of the files of frames")
struct OutputPatternTests {
    private func pattern(_ output: String, _ format: String? = "PNG", extension usesExtension: Bool? = nil)
        -> OutputPattern?
    {
        OutputPattern(output, blendfile: "/r/scene.blend", format: format, usesExtension: usesExtension)
    }

    @Test(
        "are those that Blender gives them",
        arguments: [
            ("/o/######", "PNG", "/o", "000012.png", 12), ("/o/a##b##c", "PNG", "/o", "a##b03c.png", 3),
            ("/o/plain", "JPEG", "/o", "plain0003.jpg", 3),
            ("/o/neg###", "OPEN_EXR", "/o", "neg-001.exr", -1), ("/o/dot#.png", "PNG", "/o", "dot3.png", 3),
            ("/o/dot#.png", "JPEG", "/o", "dot3.jpg", 3),
            ("/o/", "PNG", "/o", "0001.png", 1), ("//out/x_##", "PNG", "/r/out", "x_07.png", 7),
            ("/o/x#", nil, "/o", "x12345.tif", 12345),
            ("/o/a.b#", "PNG", "/o", "a.b1.png", 1),
        ] as [(String, String?, String, String, Int)])
    func exact(output: String, format: String?, folder: String, name: String, frame: Int) throws {
        let pattern = try #require(self.pattern(output, format))
        #expect(pattern.folder == folder)
        let found = try #require(pattern.frame(of: name))
        #expect(found == (frame, true))
    }

    @Test(
        "have more in them when a frame has several files, which are its own, but not exactly those that are asked for")
    func views() throws {
        let pattern = try #require(self.pattern("/o/######"))
        let found = try #require(pattern.frame(of: "000012_L.png"))
        #expect(found == (12, false))
        #expect(try #require(pattern.frame(of: "000012.exr")) == (12, false))
        for name in ["00012.png", "0000120.png", "x000012.png", "000012", "-00012.png", "0000a2.png"] {
            #expect(pattern.frame(of: name).map(\.isExact) != true, "\(name)")
        }
        #expect(try #require(self.pattern("/o/#", extension: false)).frame(of: "3")?.isExact == true)
    }

    @Test("cannot be told where the file decides, or a template", arguments: ["//{blend_name}/#", "out/##", "{x}", ""])
    func unknown(output: String) {
        #expect(pattern(output) == nil)
        #expect(OutputPattern("//x", blendfile: nil, format: nil, usesExtension: nil) == nil)
    }

    @Test("of videos begin as the output does")
    func videos() throws {
        let named = try #require(self.pattern("/o/shot.mp4", "FFMPEG"))
        #expect(
            named.isVideo && named.isVideo("shot.mp4") && named.isVideo("shot0001-0002.mkv")
                && !named.isVideo("shot.png"))
        let plain = try #require(self.pattern("/o/v", "FFMPEG"))
        #expect(plain.isVideo("v0001-0002.mpg") && !plain.isVideo("w.mpg"))
    }
}

@Suite("What scripts of a job may do")
struct ScriptHintsTests {
    @Test("is seen in their text")
    func hints() {
        let usual = ScriptHints([
            "import bpy; r = bpy.context.scene.render; r.use_overwrite = False; r.use_placeholder = False"
        ])
        #expect(usual.keepExisting && !usual.usePlaceholders && !usual.mayMoveFiles && !usual.mayChangeOutput)
        #expect(ScriptHints(["setattr(r, 'use_placeholder', True)"]).usePlaceholders)
        #expect(ScriptHints(["r.use_placeholder = wanted"]).usePlaceholders)
        #expect(ScriptHints(["bpy.app.handlers.render_write.append(move)"]).mayMoveFiles)
        #expect(ScriptHints(["s.render.filepath = '/x/'"]).mayChangeOutput)
        #expect(ScriptHints(["bpy.ops.render.render(write_still=True)"]).mayRender && !ScriptHints([nil]).mayRender)
        #expect(
            ScriptHints([nil]).mayMoveFiles && ScriptHints([nil]).mayChangeOutput && !ScriptHints([nil]).usePlaceholders
        )
        #expect(ScriptHints([]) == ScriptHints(["print(1)"]))
    }
}
