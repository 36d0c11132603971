import ExecutorKit
import FlamencoAPI
import Foundation
import TestSupport
import Testing

@testable import Agent

@Suite("The image of an output", .timeLimit(.minutes(3)))
struct PreviewMakerTests {
    private let folder: TemporaryFolder
    private var runner = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))

    init() throws {
        folder = try TemporaryFolder()
        runner.defaults.workingDirectory = folder.url.path
    }

    private func image(_ path: String) async throws -> OutputImage {
        try await PreviewMaker(programs: runner).image(of: path)
    }

    private func failure(_ path: String) async throws -> String {
        let error = await #expect(throws: (any Error).self) { try await image(path) }
        return error.map { "\($0)" } ?? "no failure"
    }

    /// Makes a file with FFmpeg.
    private func make(_ name: String, _ source: String, _ more: String...) async throws -> String {
        let end = try await RunningProgram(
            "/usr/bin/ffmpeg",
            ["-v", "error", "-y", "-f", "lavfi", "-i", source] + more + [folder.path(name)]
        ).end()
        try #require(end.exit == .status(0), "\(end.output)")
        return folder.path(name)
    }

    /// Width, height and the mean brightness (0 to 255) of the middle of an image; FFmpeg rounds too much in larger areas.
    private func look(at image: OutputImage) async throws -> (width: Int, height: Int, brightness: Int) {
        let file = folder.path("looked-at")
        try image.data.write(to: URL(filePath: file))
        let size = try await RunningProgram(
            "/usr/bin/ffprobe", ["-v", "error", "-show_entries", "stream=width,height", "-of", "csv=p=0", file]
        ).end().output.split(whereSeparator: { !$0.isNumber }).compactMap { Int($0) }
        let pixel = folder.path("pixel")
        _ = try await RunningProgram(
            "/usr/bin/ffmpeg",
            [
                "-v", "error", "-y", "-i", file, "-vf", "format=rgb24,crop=16:16,scale=1:1:flags=area", "-f",
                "rawvideo", pixel,
            ]
        ).end()
        let brightness = try #require(try Data(contentsOf: URL(filePath: pixel)).first)
        try #require(size.count == 2)
        return (size[0], size[1], Int(brightness))
    }

    @Test("a small PNG or JPEG goes as it is, whatever its name says")
    func asItIs() async throws {
        let png = try await make("0001.png", "testsrc=s=640x480", "-frames:v", "1")
        let jpeg = try await make("0001.jpg", "testsrc=s=640x480", "-frames:v", "1")
        for (file, format) in [(png, ImageFormat.png), (jpeg, .jpeg)] {
            let bytes = try Data(contentsOf: URL(filePath: file))
            #expect(try await image(file) == OutputImage(format: format, data: bytes))
            let misnamed = folder.path("misnamed.exr")
            try bytes.write(to: URL(filePath: misnamed))
            #expect(try await image(misnamed) == OutputImage(format: format, data: bytes))
        }
        // A relative path counts from where programs start.
        #expect(try await image("0001.png").format == .png)
    }

    @Test(
        "a PNG or JPEG that is larger becomes a JPEG of at most 1920 pixels, even with a name that looks like a pattern"
    )
    func large() async throws {
        // Noise does not get smaller by compression.
        for name in ["large %04d.png", "large*.jpg"] {
            let file = try await make(
                name, "nullsrc=s=2400x1350,geq=random(1)*255:128:128", "-frames:v", "1", "-q:v", "1", "-update", "1")
            let size = try Data(contentsOf: URL(filePath: file)).count
            try #require(size > 2 << 20, "\(name) has \(size) bytes")
            var bytes = try Data(contentsOf: URL(filePath: file))
            // What stands behind the image does not count for anybody who reads it.
            bytes.append(Data(count: max(0, PreviewMaker.largest + 1 - bytes.count)))
            try bytes.write(to: URL(filePath: file))
            let image = try await image(file)
            #expect(image.format == .jpeg)
            #expect(ImageFormat(firstBytes: image.data) == .jpeg)
            #expect(image.data.count <= PreviewMaker.largest)
            let look = try await look(at: image)
            #expect((look.width, look.height) == (1920, 1080))
        }
    }

    @Test("a linear EXR is not shown darker than it looks, upright ones keep their shape, and small ones their size")
    func exr() async throws {
        let file = try await make(
            "0001.exr", "color=c=0x808080:s=1000x3000", "-frames:v", "1", "-pix_fmt", "gbrpf32le")
        let look = try await look(at: image(file))
        #expect((look.width, look.height) == (640, 1920))
        // sRGB of half the light is 0.735 (IEC 61966-2-1).
        #expect((186...190).contains(look.brightness), "\(look.brightness)")
        let small = try await make("0002.exr", "testsrc=s=33x17", "-frames:v", "1", "-pix_fmt", "gbrapf32le")
        let smallLook = try await self.look(at: image(small))
        #expect((smallLook.width, smallLook.height) == (33, 17))
    }

    @Test("what Blender renders is shown: EXR, of several layers too, and TIFF")
    func blender() async throws {
        let script = """
            import bpy
            scene = bpy.context.scene
            scene.render.engine = 'CYCLES'
            scene.cycles.samples = 1
            scene.cycles.use_denoising = False
            scene.render.resolution_x, scene.render.resolution_y = 48, 32
            scene.render.resolution_percentage = 100
            for format in ('OPEN_EXR', 'OPEN_EXR_MULTILAYER', 'TIFF'):
                scene.render.image_settings.file_format = format
                scene.render.filepath = '\(folder.url.path)/' + format
                bpy.ops.render.render(write_still=True)
            """
        let end = try await RunningProgram("/usr/bin/blender", ["-b", "--factory-startup", "--python-expr", script])
            .end()
        try #require(end.exit == .status(0), "\(end.output)")
        for name in ["OPEN_EXR.exr", "OPEN_EXR_MULTILAYER.exr", "TIFF.tif"] {
            let look = try await look(at: image(folder.path(name)))
            #expect((look.width, look.height) == (48, 32), "\(name)")
            #expect(look.brightness > 30, "\(name)")
        }
    }

    @Test("of a video the first frame is shown", arguments: ["mp4", "mkv"])
    func video(container: String) async throws {
        let file = try await make("shot.\(container)", "color=c=white:s=320x240:d=1")
        let look = try await look(at: image(file))
        #expect((look.width, look.height) == (320, 240))
        #expect(look.brightness > 240)
    }

    @Test("what is no image, or not there, or no file, is said to be so")
    func nothing() async throws {
        try folder.write("words.png", "these are words")
        #expect(try await failure("words.png") == "FFmpeg could not convert it: exit status 1")
        try folder.write("empty.png", "")
        #expect(try await failure("empty.png") == "FFmpeg could not convert it: exit status 1")
        #expect(try await failure(folder.path("gone.png")) == "it no longer exists")
        #expect(try await failure(folder.url.path) == "it is not a file")
        // Opening it for reading would wait for somebody who writes.
        try #require(mkfifo(folder.path("pipe.png"), 0o600) == 0)
        #expect(try await failure("pipe.png") == "it is not a file")
    }

    @Test("without FFmpeg, or where the operator does not allow it, small PNG and JPEG are shown all the same")
    func withoutFFmpeg() async throws {
        let png = try await make("0001.png", "testsrc=s=64x64", "-frames:v", "1")
        let exr = try await make("0001.exr", "testsrc=s=64x64", "-frames:v", "1", "-pix_fmt", "gbrpf32le")
        var other = self
        other.runner.defaults.environment["PATH"] = folder.url.path
        #expect(try await other.image(png).format == .png)
        #expect(try await other.failure(exr).contains("ffmpeg"))
        other = self
        other.runner.policy.allowedExecutables = ["/opt/blender"]
        #expect(try await other.image(png).format == .png)
        #expect(try await other.failure(exr).contains("allowed_executables"))
    }

    @Test("images are read as the user of programs, who need not be the agent's", .enabled(if: geteuid() == 0))
    func anotherUser() async throws {
        let open = try await make("open.png", "testsrc=s=64x64", "-frames:v", "1")
        let closed = try await make("closed.png", "testsrc=s=64x64", "-frames:v", "1")
        try FileManager.default.setAttributes([.posixPermissions: 0o711], ofItemAtPath: folder.url.path)
        try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: closed)
        var other = self
        let nobody: ProgramUser = try #require(ProgramUser(named: "nobody"))
        other.runner.defaults.user = nobody
        other.runner.defaults.workingDirectory = "/"
        #expect(try await other.image(open).format == .png)
        #expect(try await other.failure(closed) == "cannot read \(closed): permission denied")
    }

    @Test("what is cancelled leaves no FFmpeg behind")
    func cancelled() async throws {
        // An FFmpeg that does not come to an end.
        try folder.write("ffmpeg", "#!/bin/sh\necho $$ >\(folder.path("pid"))\nexec sleep 1000\n", executable: true)
        let file = try folder.write("0001.tga", "no image")
        var other = self
        other.runner.defaults.environment["PATH"] = "\(folder.url.path):/usr/bin:/bin"
        let work = Task { [other] in try await other.image(file) }
        var process: Int32?
        while process == nil {
            process = (try? String(contentsOfFile: folder.path("pid"), encoding: .utf8)).flatMap {
                Int32($0.trimmingCharacters(in: .whitespacesAndNewlines))
            }
            await Task.yield()
        }
        work.cancel()
        await #expect(throws: CancellationError.self) { try await work.value }
        #expect(kill(try #require(process), 0) == -1 && errno == ESRCH)
    }
}
