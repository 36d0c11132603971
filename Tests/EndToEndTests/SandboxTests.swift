import Foundation
import ManagerClient
import System
import TestSupport
import Testing

@Suite(
    "The agent with a sandbox",
    .enabled(if: ((try? LandlockRuleset.version()) ?? 0) >= 3, "the kernel has no Landlock, or one before ABI 3"),
    .timeLimit(.minutes(4)))
struct SandboxTests {
    private let folder: TemporaryFolder

    init() throws {
        folder = try TemporaryFolder()
        chmod(folder.url.path, 0o755)
        for name in ["storage", "work", "home", "state"] {
            try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: false)
            chmod(folder.path(name), 0o777)
        }
        try folder.write("private/file", "known-to-others")
        try folder.write("state/credentials.json", "known-to-others")
    }

    /// Runs a command in the sandbox, as the user of the agent or another.
    private func attempt(
        _ command: String, _ parameters: [String: Any], _ options: [String] = []
    ) async throws -> (exit: RunningProgram.Exit, output: String) {
        let file = try folder.write(
            "parameters.json", String(decoding: try JSONSerialization.data(withJSONObject: parameters), as: UTF8.self))
        return await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"),
                [
                    "try", command, "--json", file, "--state-dir", folder.path("state"), "--sandbox", "paths",
                ] + options,
                environment: [
                    "HOME": folder.path("home"), "TMPDIR": folder.path("work"), "XDG_CONFIG_HOME": "",
                    "XDG_CACHE_HOME": "",
                ])).end()
    }

    private func shell(_ line: String, _ options: String...) async throws -> (exit: RunningProgram.Exit, output: String)
    {
        try await attempt("exec", ["exe": "sh", "args": ["-c", line]], options)
    }

    @Test("Blender renders with Cycles on the CPU, and FFmpeg makes a video of it", arguments: [nil, "nobody"])
    func renders(user: String?) async throws {
        let storage = folder.path("storage")
        let options =
            ["--allowed-paths", storage, "--cycles-device", "CPU"] + (user.map { ["--run-as-user", $0] } ?? [])
        try #require(user == nil || geteuid() == 0, "only root may change users")
        try await makeScene(at: storage + "/scene.blend")
        chmod(storage + "/scene.blend", 0o644)
        let rendered = try await attempt(
            "blender-render",
            [
                "exe": "blender", "exeArgs": "--background --threads 2", "blendfile": storage + "/scene.blend",
                "args": [
                    "--render-output", storage + "/frames/######", "--render-format", "PNG", "--render-frame", "1..3",
                ],
            ], options)
        #expect(rendered.exit == .status(0), "\(rendered.output)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: storage + "/frames").count == 3)
        // Blender reads the script that tells it from its standard input.
        #expect(rendered.output.contains("renders with Cycles on the CPU"), "\(rendered.output)")
        let video = try await attempt(
            "frames-to-video",
            [
                "exe": "ffmpeg", "fps": "24", "inputGlob": storage + "/frames/*.png",
                "outputFile": storage + "/video.mkv",
                "args": ["-c:v", "libx264"],
            ], options)
        #expect(video.exit == .status(0), "\(video.output)")
        #expect(FileManager.default.fileExists(atPath: storage + "/video.mkv"))
    }

    @Test("programs have their temporary folder, devices, fonts, a cache and what the settings grant, and no more")
    func programs() async throws {
        let storage = folder.path("storage")
        let (exit, output) = try await shell(
            """
            set -e; echo x >"$TMPDIR/x"; echo x >\(storage)/x; echo x >"$HOME/.cache/x"; echo x >"$HOME/.config/blender/x"
            echo x >/dev/null; head -c 4 /dev/urandom >/dev/null; python3 -c 'import multiprocessing as m; m.Lock()'
            fc-list >/dev/null; getent hosts localhost >/dev/null; cat /etc/passwd /proc/cpuinfo /sys/devices/system/cpu/online >/dev/null
            set +e; for file in \(folder.path("private/file")) \(folder.path("state/credentials.json")) "$HOME/file"; do cat "$file"; done
            cat /etc/shadow; ls "$HOME"; (echo x >"$HOME/y"); (echo x >\(folder.path("private"))/x); exit 0
            """, "--allowed-paths", storage)
        #expect(exit == .status(0), "\(output)")
        #expect(!output.contains("known-to-others"), "\(output)")
        #expect(output.components(separatedBy: "ermission denied").count >= 7, "\(output)")
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("private")) == ["file"])
        let granted = try await shell(
            "cat \(folder.path("private/file")); echo x >\(folder.path("private/file"))", "--sandbox-read",
            folder.path("private"))
        #expect(granted.exit == .status(1) && granted.output.contains("known-to-others"), "\(granted.output)")
    }

    @Test("commands on files are no way around it, although no folders are set for them")
    func files() async throws {
        for source in ["state/credentials.json", "private/file"] {
            let (exit, output) = try await attempt(
                "copy-file", ["src": folder.path(source), "dest": folder.path("storage/copy")],
                ["--sandbox-write", folder.path("storage")])
            #expect(exit == .status(1))
            #expect(output.contains("cannot read \(folder.path(source)): permission denied"), "\(output)")
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path("storage")) == [])
    }

    @Test("executors in other languages work in it, also those of the state folder")
    func executors() async throws {
        try folder.write(
            "state/executors/look/executor.json5",
            "{command: 'look', task_type: 'misc', description: 'x', program: 'look.py', parameters: {}}")
        try folder.write(
            "state/executors/look/look.py",
            "#!/usr/bin/python3\nimport os, sys\nprint('looks')\nprint(open(os.path.dirname(sys.argv[0]) + '/../../credentials.json').read())\n",
            executable: true)
        let (exit, output) = try await attempt("look", [:])
        #expect(exit == .status(1) && output.contains("\nlooks\n"), "\(output)")
        #expect(output.contains("PermissionError") && !output.contains("known-to-others"), "\(output)")
    }

    @Test(
        "does not start where the settings would open what is the agent's, with status 78 and one sentence",
        arguments: [
            (
                ["--allowed-paths", "/"],
                "\"allowed_paths\" contains /, but \"sandbox\" never grants everything"
            ),
            (
                ["--sandbox-write", "DIR"],
                "\"sandbox_write\" contains DIR, and DIR/state below it contains state or settings"
            ),
            (["--sandbox-tcp-ports", "http"], "--sandbox-tcp-ports should be a list of ports such as [8080, 4101]"),
            (["--sandbox", "on"], "--sandbox should be \"off\" or \"paths\", but is \"on\""),
        ])
    func refused(options: [String], sentence: String) async throws {
        let here = folder.url.path
        let program = try RunningProgram(
            BuiltProducts.path("flamenco-agent"),
            ["run", "--manager-url", "http://127.0.0.1:9", "--state-dir", folder.path("state")]
                + (options.contains("--sandbox") ? [] : ["--sandbox", "paths"])
                + options.map { $0.replacing("DIR", with: here) })
        let (exit, output) = await program.end()
        #expect(exit == .status(78))
        #expect(output.contains(sentence.replacing("DIR", with: here)), "\(output)")
        #expect(output.split(separator: "\n").count == 1, "\(output)")
    }

    @Test("a program that is outside of it is told which setting lets it in")
    func outside() async throws {
        let tool = try folder.write("private/tool", "#!/bin/sh\necho works\n", executable: true)
        let (exit, output) = try await attempt("exec", ["exe": tool])
        #expect(exit == .status(1))
        #expect(
            output.contains(
                "did not run \(tool): \"sandbox\" does not let programs read it: add its folder to \"sandbox_read\""),
            "\(output)")
        let allowed = try await attempt("exec", ["exe": tool], ["--allowed-executables", folder.path("private")])
        #expect(allowed.exit == .status(0) && allowed.output.contains("\nworks\n"), "\(allowed.output)")
    }

    @Test("the running agent does not answer its programs, and the doctor knows of the sandbox")
    func agent() async throws {
        let farm = try await TestFarm()
        let state = farm.folder.path("agent")
        let agent = try farm.startAgent(options: ["--sandbox", "paths"])
        let script =
            "import socket; s = socket.socket(socket.AF_UNIX); s.connect('\(state)/status.sock'); print('said', len(s.makefile().read()))"
        let commands = try String(
            decoding: JSONSerialization.data(withJSONObject: [
                ["name": "exec", "parameters": ["exe": "/usr/bin/python3", "args": ["-c", script]]]
            ]), as: UTF8.self)
        let (output, exit) = try await farm.submit(
            "--type", "commands", "--set", "task_type=misc", "--set", "commands=\(commands)")
        let status = await (try RunningProgram(BuiltProducts.path("flamenco-agent"), ["status", "--state-dir", state]))
            .end()
        #expect(status.exit == .status(0), "\(status.output)")
        let logs = await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"), ["logs", "--state-dir", state, "commands"])).end().output
        // Newer kernels do not even let it connect.
        #expect(
            exit == .status(0) ? logs.contains("\nsaid 0\n") : logs.contains("PermissionError"), "\(logs)\n\(output)")
        let doctor = await
            (try RunningProgram(
                BuiltProducts.path("flamenco-agent"),
                [
                    "doctor", "--manager-url", farm.client.url.description, "--state-dir", state, "--sandbox", "paths",
                    "--sandbox-tcp-ports", "4101",
                ])).end().output
        #expect(doctor.contains("sandbox") && doctor.contains("Landlock, ABI "), "\(doctor)")
        #expect(doctor.contains("TCP to port 4101 only"), "\(doctor)")
        await farm.stop(agent)
    }
}
