import ExecutorKit
import Testing

@testable import Executors

@Suite("Lines that say what is wrong with a render that ends well")
struct BlenderTroubleTests {
    private func trouble(_ line: String) -> BlenderTrouble? {
        guard case .trouble(let trouble) = withLine(line, { BlenderOutput($0) }) else { return nil }
        return trouble
    }

    @Test(
        "of devices fail, as Cycles of every version words them",
        arguments: [
            "CUDA error: Out of memory in cuLaunchKernel(cuPathTrace, xblocks , yblocks, 1, xthreads, ythreads, 1, 0, 0, args, 0)",
            "CUDA error: Launch exceeded timeout in cuCtxSynchronize(), line 1987",
            "CUDA error at cuCtxCreate: Out of memory",
            "Error: CUDA error: Illegal address in cuCtxSynchronize()",
            "Out of memory in CUDA queue copy_to_device (integrator_init_from_camera)",
            "Illegal address in CUDA queue synchronize (integrator_shade_surface integrator_sorted_paths_array prefix_sum)",
            "Invalid value in HIP queue build_buffer (film_convert)",
            "Unknown error in OptiX queue enqueue (integrator_intersect_closest)",
            "Failed to create CUDA context (Out of memory)", "Failed to create HIP context (Invalid device)",
            "System is out of GPU and shared host memory",
            "Out of memory in cuMemAlloc_v2(&device_pointer, size) (device/cuda/device_impl.cpp:540)",
            "OPTIX_ERROR_INTERNAL_ERROR in optixLaunch(pipeline, cuda_stream_, sbt, size) (device/optix/queue.cpp:120)",
            "00:12.094  cycles           | ERROR Out of memory in CUDA queue synchronize (integrator_shade_surface)",
            "oneAPI kernel \"integrator_shade_surface\" execution error: got runtime exception \"Native API failed\"",
            "Failed to initialize CUDA runtime (No CUDA-capable device available)",
            "Failed to load OptiX kernel from '/opt/blender/lib/kernel_optix.ptx.zst'",
            "OptiX error OPTIX_ERROR_LAUNCH_FAILURE in optixLaunch(pipelines[PIP_PATH_TRACE], cuda_stream, 0, 0), line 640",
            "OptiX CUDA error CUDA_ERROR_OUT_OF_MEMORY in cuMemAlloc(&device_pointer, size), line 310",
            "Invalid context in cuCtxPopCurrent(NULL) (intern/cycles/device/cuda/util.cpp:31)",
            "oneAPI queue initialization error: got runtime exception \"No device\"", "Failed to compile library:",
            "oneAPI error: got runtime exception \"out of resources\"", "HIP error: out of memory",
            "Metal error: out of memory",
        ])
    func devices(line: String) {
        guard case .fatal(let check, let text) = trouble(line) else {
            Issue.record("\"\(line)\" is nothing")
            return
        }
        #expect(check == BlenderTrouble.deviceError)
        #expect(line.hasSuffix(text))
    }

    @Test(
        "of arguments and scripts fail: captured with Blender 3.4",
        arguments: [
            ("Error: Format from '-F / --render-format' not known or not compiled in this release.", "unknown-format"),
            ("Error: engine not found 'FOO'", "unknown-engine"),
            ("Can't find scene: 'Shot_010' in file: '/render/scene.blend'", "scene-not-found"),
            (
                "Error: Python: OSError: Python file \"/nowhere/x.py\" could not be opened: No such file or directory",
                "script-not-found"
            ),
            ("Error: text block not found nosuch.", "script-not-found"),
            ("Error: not a number '-f / --render-frame x'.", "bad-frame-list"),
            ("Error: not a number '-s / --frame-start x'.", "bad-frame-list"),
            ("Error: incorrect comma use '-f / --render-frame 1,,2'.", "bad-frame-list"),
            ("Warning: negative range ignored '-f / --render-frame 3..1'.", "bad-frame-list"),
            ("Error: frame number must follow '-f / --render-frame'.", "bad-frame-list"),
            ("./farm.sh: line 3:   77 Segmentation fault      blender -b", "crash-printed"),
            ("Segmentation fault", "crash-printed"), ("Segmentation fault (core dumped)", "crash-printed"),
            (
                "/usr/bin/xvfb-run: line 181:  1234 Segmentation fault      (core dumped) DISPLAY=:99 blender -b",
                "crash-printed"
            ),
        ])
    func arguments(line: String, check: String) {
        guard case .fatal(let found, _) = trouble(line) else {
            Issue.record("\"\(line)\" is nothing")
            return
        }
        #expect(found.name == check)
    }

    @Test(
        "of missing and newer files warn: captured with Blender 3.4, 4.2 and 5.0",
        arguments: [
            (
                "Warning: Unable to open '/render/lib/char.blend': No such file or directory",
                .missingFile(path: "/render/lib/char.blend")
            ),
            ("Info: Cannot find lib '/render/lib/char.blend'", .missingFile(path: "/render/lib/char.blend")),
            (
                "Info: LIB: Object: 'Cube' missing from '/render/char.blend', parent '<direct>'",
                .missingData(name: "Cube", file: "/render/char.blend")
            ),
            (
                "00:01.251  cycles           | ERROR Image file '/render/wood.png' does not exist.",
                .missingFile(path: "/render/wood.png")
            ),
            (
                "Warning: File written by newer Blender binary (405.14), expect loss of data!",
                .newerFile("File written by newer Blender binary (405.14), expect loss of data!")
            ),
            ("Writing: /tmp/scene.crash.txt", .crashFile(path: "/tmp/scene.crash.txt")),
            ("Refer to the Cycles GPU rendering documentation for possible solutions:", .deviceErrorBefore),
        ] as [(String, BlenderTrouble)])
    func warnings(line: String, trouble expected: BlenderTrouble) {
        #expect(trouble(line) == expected)
    }

    @Test(
        "only look alike when they name an object, a file or what a script prints",
        arguments: [
            "Fra:1 Mem:9M (Peak 9M) | Time:00:00.01 | Synchronizing object | CUDA error: Out of memory",
            "Read blend: /render/CUDA error: Out of memory.blend",
            "Saved: '/render/CUDA error: out of memory/000001.png'", "CUDA error",
            "object \"CUDA error: Out of memory\" is hidden", "Object: CUDA error: Out of memory in cuLaunchKernel()",
            "CUDA error: is the name of this object", "CUDA cuInit: Unknown error", "CUDA error handling is on",
            "Failed to create CUDA context menu", "OptiX is used",
            "Info: no CUDA error: Out of memory seen", "HIP: 1 device", "Info: Saved \"Segmentation fault.blend\"",
            "Loading Segmentation fault", "Segmentation faults are handled",
            "/render/Segmentation fault/a.png", "Error: Python: Traceback (most recent call last):",
            "Error: Cannot read file '/a': No such file", "Format: PNG", "Error: Format of the text is odd",
            "Error: not a number 'abc'", "Warning: negative range", "scene: Can't find scene: 'x'",
            "Writing: /render/notes.txt", "Metal: brushed", "Out of memory is the title",
            "/render/a in CUDA queue b", "Image file formats: PNG", "Rendered in CUDA",
            "Moving object \"a | b\" in CUDA queue view",
        ])
    func lookAlikes(line: String) {
        #expect(trouble(line) == nil)
    }
}
