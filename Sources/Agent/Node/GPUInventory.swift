package import ExecutorKit
import Synchronization

/// The GPUs of this machine, as reported by their vendors' tools.
package struct GPUInventory: Sendable {
    /// A GPU.
    package struct GPU: Codable, Hashable, Sendable {
        /// Its name in the settings: `cuda:0`.
        package var id: String
        /// Nil if no tool reports it.
        package var name: String?
        package var uuid: String?
    }

    /// Time limit of each tool.
    private static let limit = Duration.seconds(15)

    private let programs: ProgramRunner
    private let choice: GPUChoice?

    /// - Parameter programs: runs the tools like programs of tasks, but without restricting their GPUs.
    package init(_ settings: Settings, programs: ProgramRunner) {
        choice = settings.gpus
        var programs = programs
        programs.policy = NodePolicy()
        for name in settings.gpus?.variables.keys ?? [:].keys { programs.defaults.operatorVariables[name] = nil }
        self.programs = programs
    }

    /// Returns the GPUs that programs can use; those that only the settings name have no names.
    package func seen() async -> [GPU] {
        if choice == GPUChoice.none { return [] }
        let all =
            await Self.nvidia(lines(of: "nvidia-smi", "--query-gpu=index,uuid,name", "--format=csv,noheader"))
            + Self.rocm(lines(of: "rocminfo")) + Self.sycl(lines(of: "sycl-ls"))
        guard case .devices(let devices) = choice else { return all }
        return devices.map { device in
            all.first { $0.id == device.description || $0.uuid == device.device } ?? GPU(id: device.description)
        }
    }

    /// Returns the output of a tool; empty if it does not exist or fails.
    private func lines(of tool: String, _ arguments: String...) async -> [String] {
        let lines = Mutex<[String]>([])
        let program = Program(tool, arguments, gracePeriod: .seconds(1), timeLimit: Self.limit)
        let result = try? await programs.run(program, sink: .discarding) { line in
            lines.withLock { if $0.count < 10_000 { $0.append(line.text) } }
        }
        return result?.end == .exited(status: 0) ? lines.withLock(\.self) : []
    }

    // MARK: What the tools print

    /// `0, GPU-8932f937-d72c-4106-c12f-20bd9faed9f6, NVIDIA RTX A4000`.
    static func nvidia(_ lines: [String]) -> [GPU] {
        lines.compactMap { line in
            let fields = line.split(separator: ",", maxSplits: 2).map(trimmed)
            guard fields.count == 3, Int(fields[0]) != nil else { return nil }
            return GPU(id: "cuda:\(fields[0])", name: fields[2], uuid: fields[1])
        }
    }

    /// Agents, including processors, with a line for each property: `  Marketing Name:  AMD Radeon RX 6800 XT`.
    static func rocm(_ lines: [String]) -> [GPU] {
        var gpus: [GPU] = []
        var properties: [String: String] = [:]
        for line in lines + ["Agent "] {
            if line.hasPrefix("Agent ") {
                if properties["Device Type"] == "GPU" {
                    let uuid = properties["Uuid"]
                    gpus.append(
                        GPU(
                            id: "amd:\(gpus.count)", name: properties["Marketing Name"] ?? properties["Name"],
                            // GPUs without a UUID have a word in its place.
                            uuid: uuid?.contains("XX") == true ? nil : uuid))
                }
                properties = [:]
            } else if let colon = line.firstIndex(of: ":") {
                let (name, value) = (trimmed(line[..<colon]), trimmed(line[line.index(after: colon)...]))
                // The properties of memory pools follow, with the same names.
                if properties[name] == nil, !value.isEmpty { properties[name] = value }
            }
        }
        return gpus
    }

    /// `[level_zero:gpu][level_zero:0] Intel(R) oneAPI …, Intel(R) Arc(TM) A770 Graphics 12.55.8 [1.6.31294]`, in older
    /// versions `[ext_oneapi_level_zero:gpu:0] …`.
    static func sycl(_ lines: [String]) -> [GPU] {
        lines.compactMap { line in
            let form = #/\[(?:ext_oneapi_)?level_zero:gpu(?:\]\[level_zero)?:(\d+)\] [^,]*, (.+?)(?: \[[^\[]*\])?/#
            guard let match = line.wholeMatch(of: form) else { return nil }
            return GPU(id: "oneapi:\(match.output.1)", name: String(match.output.2))
        }
    }

    private static func trimmed(_ text: some StringProtocol) -> String {
        String(text.drop { $0 == " " }.reversed().drop { $0 == " " || $0 == "\r" }.reversed())
    }
}
