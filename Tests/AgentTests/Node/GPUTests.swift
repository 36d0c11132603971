import ExecutorKit
import Foundation
import TestSupport
import Testing

@testable import Agent

@Suite("GPUs", .timeLimit(.minutes(1)))
struct GPUTests {
    private func settings(_ options: [String: String]) throws -> Settings {
        let options = options.merging(["manager_url": "http://m"]) { $1 }
        return try Settings(SettingsInput(options: options, environment: [:], file: nil), machineName: "n")
    }

    private func variables(_ gpus: String, agent: [String: String] = [:]) throws -> [String: String] {
        let environment = try ProgramEnvironment(settings(["gpus": gpus]), agent: agent, user: nil)
        return environment.passed.merging(environment.added) { $1 }
    }

    @Test("are narrowed by the variable of their maker alone")
    func variables() throws {
        #expect(try variables("cuda:0") == ["CUDA_VISIBLE_DEVICES": "0", "CUDA_DEVICE_ORDER": "PCI_BUS_ID"])
        #expect(
            try variables("cuda:2, GPU-8932f937-d72c-4106-c12f-20bd9faed9f6")["CUDA_VISIBLE_DEVICES"]
                == "2,GPU-8932f937-d72c-4106-c12f-20bd9faed9f6")
        #expect(try variables("amd:1") == ["ROCR_VISIBLE_DEVICES": "1"])
        #expect(try variables("GPU-DEADBEEFDEADBEEF") == ["ROCR_VISIBLE_DEVICES": "GPU-DEADBEEFDEADBEEF"])
        #expect(
            try variables("amd:GPU-4b2c1a9f-8d3e-6f7a-b5c9-2e4d8a1f6c3b")
                == ["ROCR_VISIBLE_DEVICES": "GPU-4b2c1a9f-8d3e-6f7a-b5c9-2e4d8a1f6c3b"])
        #expect(try variables("oneapi:0,oneapi:1") == ["ONEAPI_DEVICE_SELECTOR": "level_zero:0,1"])
        let none = try variables("none")
        #expect(
            none == [
                "CUDA_VISIBLE_DEVICES": "-1", "ROCR_VISIBLE_DEVICES": "-1", "ONEAPI_DEVICE_SELECTOR": "*:*;!*:gpu",
            ])
    }

    @Test("are not narrowed a second time by what the agent has")
    func agentVariables() throws {
        let agent = [
            "HIP_VISIBLE_DEVICES": "1", "GPU_DEVICE_ORDINAL": "1", "CUDA_VISIBLE_DEVICES": "1", "ZE_AFFINITY_MASK": "1",
        ]
        #expect(try variables("amd:1", agent: agent) == ["ROCR_VISIBLE_DEVICES": "1", "ZE_AFFINITY_MASK": "1"])
        #expect(try variables("oneapi:0", agent: agent)["ZE_AFFINITY_MASK"] == nil)
        #expect(try variables("cuda:0", agent: agent)["HIP_VISIBLE_DEVICES"] == "1")
        #expect(try variables("cuda:0", agent: agent)["CUDA_VISIBLE_DEVICES"] == "0")
    }

    @Test(
        "that cannot be are refused in a sentence",
        arguments: [
            (
                ["gpus": "nvidia:0"],
                "--gpus should be \"none\" or a list such as [\"cuda:0\"], [\"amd:1\"] or [\"oneapi:0\"], or of UUIDs, but is \"nvidia:0\""
            ),
            (["gpus": "cuda:-1"], "--gpus should be \"none\" or a list such as"),
            (["gpus": "oneapi:GPU-8932f937"], "--gpus should be \"none\" or a list such as"),
            (["gpus": "0"], "--gpus should be \"none\" or a list such as"),
            (["gpus": "none,cuda:0"], "--gpus should be \"none\" or a list such as"),
            (
                ["gpus": "cuda:0,amd:0"],
                "--gpus: \"gpus\" has devices of both cuda and amd, which share the variable CUDA_VISIBLE_DEVICES: run one agent for each"
            ),
            (
                ["gpus": "cuda:0", "environment": #"{"CUDA_VISIBLE_DEVICES": "1"}"#],
                "--environment: \"environment\" sets CUDA_VISIBLE_DEVICES, which \"gpus\" sets too: use only one of them"
            ),
            (
                ["cycles_device": "OPTIKS"],
                "--cycles-device should be \"CPU\", \"CUDA\", \"OPTIX\", \"HIP\" or \"ONEAPI\", and a GPU may be followed by \"+CPU\", but is \"OPTIKS\""
            ),
            (["cycles_device": "CPU+CPU"], "--cycles-device should be \"CPU\""),
            (["cycles_device": ""], "--cycles-device should be \"CPU\""),
        ] as [([String: String], String)])
    func wrong(options: [String: String], sentence: String) throws {
        let error = #expect(throws: SettingsError.self) { try settings(options) }
        #expect(error?.description.hasPrefix(sentence) == true, "\(error?.description ?? "")")
    }

    @Test("are named in any case for Cycles")
    func cyclesDevice() throws {
        #expect(try settings(["cycles_device": "optix+cpu"]).cyclesDevice?.description == "OPTIX+CPU")
        #expect(try settings(["cycles_device": "HIP"]).executors.watchesDevices)
        #expect(try settings(["gpus": "none"]).executors.watchesDevices)
        #expect(try settings(["cycles_device": "HIP"]).needsGPUs && settings(["gpus": "cuda:0"]).needsGPUs)
        #expect(try !settings(["cycles_device": "CPU", "gpus": "none"]).needsGPUs)
        #expect(try !settings([:]).executors.watchesDevices)
    }

    // MARK: What tools say

    private static let rocminfo = """
        ROCk module is loaded
        =====================
        HSA System Attributes
        =====================
        Runtime Version:         1.1
        ==========
        HSA Agents
        ==========
        *******
        Agent 1
        *******
          Name:                    AMD Ryzen 9 5950X 16-Core Processor
          Uuid:                    CPU-XX
          Marketing Name:          AMD Ryzen 9 5950X 16-Core Processor
          Device Type:             CPU
          Pool Info:
            Pool 1
              Segment:                 GLOBAL; FLAGS: FINE GRAINED
        *******
        Agent 2
        *******
          Name:                    gfx1030
          Uuid:                    GPU-2fb4e9d9e4a1c6f3
          Marketing Name:          AMD Radeon RX 6800 XT
          Device Type:             GPU
          ISA Info:
            ISA 1
              Name:                    amdgcn-amd-amdhsa--gfx1030
        *******
        Agent 3
        *******
          Name:                    gfx1036
          Uuid:                    GPU-XX
          Marketing Name:          AMD Radeon Graphics
          Device Type:             GPU
        """

    @Test("are found in what the tools of their makers print")
    func tools() {
        #expect(
            GPUInventory.nvidia([
                "0, GPU-8932f937-d72c-4106-c12f-20bd9faed9f6, NVIDIA RTX A4000", "1, GPU-1, NVIDIA, odd name",
                "No devices were found",
            ]) == [
                .init(id: "cuda:0", name: "NVIDIA RTX A4000", uuid: "GPU-8932f937-d72c-4106-c12f-20bd9faed9f6"),
                .init(id: "cuda:1", name: "NVIDIA, odd name", uuid: "GPU-1"),
            ])
        #expect(
            GPUInventory.rocm(Self.rocminfo.split(separator: "\n").map(String.init)) == [
                .init(id: "amd:0", name: "AMD Radeon RX 6800 XT", uuid: "GPU-2fb4e9d9e4a1c6f3"),
                .init(id: "amd:1", name: "AMD Radeon Graphics"),
            ])
        #expect(
            GPUInventory.sycl([
                "[opencl:cpu][opencl:0] Intel(R) OpenCL, Intel(R) Core(TM) i9 OpenCL 3.0 [2024.18.6.0.02_160000]",
                "[level_zero:gpu][level_zero:0] Intel(R) oneAPI Unified Runtime over Level-Zero, Intel(R) Arc(TM) A770 Graphics 12.55.8 [1.6.31294]",
                "[ext_oneapi_level_zero:gpu:1] Intel(R) Level-Zero, Intel(R) UHD Graphics 770 1.3 [1.3.24931]",
            ]) == [
                .init(id: "oneapi:0", name: "Intel(R) Arc(TM) A770 Graphics 12.55.8"),
                .init(id: "oneapi:1", name: "Intel(R) UHD Graphics 770 1.3"),
            ])
    }

    @Test("that programs see are asked of the tools, as far as the settings name them")
    func inventory() async throws {
        let folder = try TemporaryFolder()
        // Whatever narrows the sight of programs must not narrow that of the tool.
        try folder.write(
            "nvidia-smi",
            "#!/bin/sh\n[ -z \"$CUDA_VISIBLE_DEVICES\" ] || exit 1\n"
                + "echo 0, GPU-00000000-a, NVIDIA One\necho 1, GPU-00000000-b, NVIDIA Two\n", executable: true)
        try folder.write("rocminfo", "#!/bin/sh\necho broken\nexit 1\n", executable: true)
        func seen(_ options: [String: String]) async throws -> [GPUInventory.GPU] {
            let settings = try settings(options)
            var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
            programs.defaults.environment = ["PATH": "\(folder.url.path):/usr/bin:/bin"]
            programs.defaults.operatorVariables = try ProgramEnvironment(settings, agent: [:], user: nil).added
            return await GPUInventory(settings, programs: programs).seen()
        }
        #expect(try await seen([:]).map(\.name) == ["NVIDIA One", "NVIDIA Two"])
        #expect(try await seen(["gpus": "cuda:1"]) == [.init(id: "cuda:1", name: "NVIDIA Two", uuid: "GPU-00000000-b")])
        #expect(try await seen(["gpus": "GPU-00000000-a"]).map(\.id) == ["cuda:0"])
        #expect(try await seen(["gpus": "amd:3"]) == [.init(id: "amd:3")])
        #expect(try await seen(["gpus": "none"]) == [])
    }

    @Test("are named in status and metrics")
    func status() throws {
        let board = StatusBoard(worker: "n", manager: "http://m", stateDirectory: "/s", pid: 7, clock: ManualClock())
        #expect(board.current.gpus == nil)
        board.hasGPUs([.init(id: "cuda:1", name: "NVIDIA \"Two\"", uuid: "GPU-b")], cyclesDevice: "OPTIX")
        let status = try AgentStatus(json: board.current.json())
        #expect(status.gpus == [.init(id: "cuda:1", name: "NVIDIA \"Two\"", uuid: "GPU-b")])
        #expect(status.cyclesDevice == "OPTIX")
    }

    // MARK: The doctor

    private func trial(_ folder: TemporaryFolder, user: ProgramUser? = nil) -> ProgramTrial {
        var programs = ProgramRunner(supervisor: BuiltProducts.path("task-supervisor"))
        programs.defaults.environment = ["PATH": "\(folder.url.path):/usr/bin:/bin"]
        programs.defaults.workingDirectory = "/"
        programs.defaults.user = user
        return ProgramTrial(programs: .success(programs))
    }

    @Test("have devices that the user of programs may open, or not", .enabled(if: geteuid() == 0))
    func devices() async throws {
        let folder = try TemporaryFolder()
        chmod(folder.url.path, 0o755)
        let nobody = ProgramUser(named: "nobody")
        func look(isNeeded: Bool) async -> DoctorFinding {
            await GPUDevicesCheck(trial: trial(folder, user: nobody), isNeeded: isNeeded, folder: folder.url.path).run()
        }
        #expect(await look(isNeeded: false) == .notApplicable("none in \(folder.url.path)"))
        let missing = await look(isNeeded: true)
        #expect(missing.status == .warning)
        #expect(missing.finding == "none in \(folder.url.path), but the settings require GPUs")
        let render = try folder.write("dri/renderD128", "")
        chmod(folder.path("dri"), 0o755)
        chmod(render, 0o666)
        #expect(await look(isNeeded: true) == .ok("the user of programs can open \(render)"))
        let nvidia = try folder.write("nvidia0", "")
        chmod(nvidia, 0o660)
        try folder.write("nvidia-modeset", "")
        let closed = await look(isNeeded: true)
        #expect(closed.status == .failed && closed.finding == "the user of programs cannot open \(nvidia)")
        #expect(await look(isNeeded: false).status == .warning)
    }

    private func cycles(_ printed: String, _ device: String?, end: Int = 0) async throws -> DoctorFinding {
        let folder = try TemporaryFolder()
        try folder.write(
            "blender", "#!/bin/sh\ncat >/dev/null\necho Blender 4.2\necho '\(printed)'\nexit \(end)\n", executable: true
        )
        let blender = ProgramCheck(
            name: "blender", option: "--version", isNeeded: true, client: .failure(CocoaError(.fileNoSuchFile)),
            trial: trial(folder))
        return await CyclesCheck(blender: blender, cyclesDevice: device.flatMap { CyclesDevice($0) }).run()
    }

    @Test("are asked of Blender, which says what Cycles would use")
    func cyclesDevices() async throws {
        let both =
            #"flamenco-devices {"kinds": {"CUDA": ["RTX A4000"], "OPTIX": ["RTX A4000"], "HIP": []}, "preferred": "NONE", "used": []}"#
        let none = #"flamenco-devices {"kinds": {"CUDA": [], "OPTIX": []}, "preferred": "NONE", "used": []}"#
        let preferred = both.replacing(#""NONE", "used": []"#, with: #""OPTIX", "used": ["RTX A4000"]"#)
        #expect(try await cycles(both, "OPTIX+CPU") == .ok("Cycles renders on OPTIX+CPU: RTX A4000"))
        let missing = try await cycles(both, "HIP")
        #expect(missing.status == .failed)
        #expect(
            missing.finding
                == "\"cycles_device\" is HIP, but Blender finds CUDA: RTX A4000; OPTIX: RTX A4000: every Blender task would "
                + "fail with exit status 1")
        let unused = try await cycles(both, nil)
        #expect(unused.status == .warning && unused.advice == "set \"cycles_device\", for example to CUDA")
        #expect(try await cycles(none, nil) == .ok("Cycles renders on the CPU; Blender finds no GPU"))
        #expect(try await cycles(none, "CPU").status == .ok)
        let finding = try await cycles(preferred, nil)
        #expect(
            finding
                == .ok("Cycles renders on OPTIX where a scene asks for the GPU, as set in the preferences: RTX A4000"))
        let silent = try await cycles("nothing", nil, end: 11)
        #expect(
            silent.status == .warning
                && silent.finding.hasSuffix("does not report the devices of Cycles: exit status 11: nothing"))
    }

    @Test("are none for the Blender of this machine, which answers")
    func realBlender() async throws {
        let folder = try TemporaryFolder()
        let blender = ProgramCheck(
            name: "blender", option: "--version", isNeeded: true, client: .failure(CocoaError(.fileNoSuchFile)),
            trial: trial(folder))
        let finding = await CyclesCheck(blender: blender, cyclesDevice: CyclesDevice("CUDA")).run()
        #expect(finding.finding.hasPrefix("\"cycles_device\" is CUDA, but Blender finds no GPU"), "\(finding)")
    }
}
