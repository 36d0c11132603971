import CommandLineOptions
import FlamencoAPI

/// The GPUs that programs see.
package enum GPUChoice: Hashable, Sendable {
    case none
    case devices([Device])

    /// Vendors of GPUs, by the interface that programs use. Each counts its own GPUs, from 0, and has a variable of its own.
    package enum Maker: String, CaseIterable, Sendable { case cuda, amd, oneapi }

    /// A GPU of one vendor.
    package struct Device: Hashable, Sendable {
        package let maker: Maker
        /// Its number among those of its vendor, or its UUID.
        package let device: String

        /// `cuda:0`, `amd:1` or `oneapi:0`, also with a UUID instead of the number; or a UUID alone.
        init?(_ text: String) {
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
            if parts.count == 2 {
                guard let maker = Maker(rawValue: String(parts[0])) else { return nil }
                self.maker = maker
                device = String(parts[1])
                let isNumber = Int(device).map { (0...255).contains($0) } ?? false
                guard isNumber || maker != .oneapi && Self.isUUID(device) else { return nil }
            } else {
                guard Self.isUUID(text) else { return nil }
                device = text
                // UUIDs of AMD have sixteen digits, those of NVIDIA five groups; newer ones of AMD have groups too, and need "amd:".
                maker = text.wholeMatch(of: #/GPU-[0-9a-fA-F]{16}/#) == nil ? .cuda : .amd
            }
        }

        private static func isUUID(_ text: String) -> Bool {
            text.wholeMatch(of: #/(?:GPU|MIG)-[0-9a-zA-Z\/-]{4,100}/#) != nil
        }
    }
}

extension GPUChoice {
    /// The environment variables that limit what programs see. Each vendor gets only its own: where two cover the same GPUs, the
    /// second one would count those that the first one left.
    var variables: [String: String] {
        guard case .devices(let devices) = self else {
            return [
                "CUDA_VISIBLE_DEVICES": "-1", "ROCR_VISIBLE_DEVICES": "-1", "ONEAPI_DEVICE_SELECTOR": "*:*;!*:gpu",
            ]
        }
        var variables: [String: String] = [:]
        for maker in Maker.allCases {
            let list = devices.filter { $0.maker == maker }.map(\.device).joined(separator: ",")
            if list.isEmpty { continue }
            switch maker {
            case .cuda:
                // In the order of nvidia-smi; otherwise the fastest is first.
                variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
                variables["CUDA_VISIBLE_DEVICES"] = list
            case .amd: variables["ROCR_VISIBLE_DEVICES"] = list
            case .oneapi: variables["ONEAPI_DEVICE_SELECTOR"] = "level_zero:\(list)"
            }
        }
        return variables
    }

    /// All variables that limit what programs see of these vendors' GPUs. Those of the agent are not passed to programs.
    var related: Set<String> {
        var names: Set<String> = []
        if has(.cuda) { names.formUnion(["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"]) }
        if has(.amd) {
            // HIP reads CUDA_VISIBLE_DEVICES too.
            names.formUnion([
                "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "CUDA_VISIBLE_DEVICES",
            ])
        }
        if has(.oneapi) { names.formUnion(["ONEAPI_DEVICE_SELECTOR", "SYCL_DEVICE_FILTER", "ZE_AFFINITY_MASK"]) }
        return names
    }

    /// Whether it covers GPUs of this vendor.
    func has(_ maker: Maker) -> Bool {
        switch self {
        case .none: true
        case .devices(let devices): devices.contains { $0.maker == maker }
        }
    }

    /// Refuses choices that cannot be met.
    ///
    /// - Throws: ``SettingsError``.
    static func check(_ values: SettingValues) throws(SettingsError) {
        guard let gpus = values.gpus else { return }
        let place = "\(values.source(of: \.gpus)): "
        if case .devices = gpus, gpus.has(.cuda), gpus.has(.amd) {
            throw SettingsError(
                place
                    + "\"gpus\" has devices of both cuda and amd, which share the variable CUDA_VISIBLE_DEVICES: run one agent for each"
            )
        }
        if let name = values.environment.keys.sorted().first(where: gpus.related.contains) {
            throw SettingsError(
                "\(values.source(of: \.environment)): \"environment\" sets \(name), which \"gpus\" sets too: use only one of them"
            )
        }
    }
}

extension Settings {
    /// Whether programs should use GPUs.
    var needsGPUs: Bool {
        if case .devices = self.gpus { return true }
        return self.cyclesDevice.map { $0.kind != "CPU" } ?? false
    }
}

extension GPUChoice: CustomStringConvertible {
    package var description: String {
        switch self {
        case .none: "none"
        case .devices(let devices): devices.map(\.description).joined(separator: ", ")
        }
    }
}

extension GPUChoice.Device: CustomStringConvertible {
    package var description: String { "\(maker.rawValue):\(device)" }
}

extension SettingKind where Value == GPUChoice {
    /// A list of GPUs, separated by commas outside of the file, or `none`.
    static var gpus: Self {
        let accept: @Sendable ([String]) -> GPUChoice? = { words in
            let devices = words.compactMap { GPUChoice.Device($0) }
            return devices.isEmpty || devices.count != words.count ? nil : .devices(devices)
        }
        return SettingKind(
            expected: "\"none\" or a list such as [\"cuda:0\"], [\"amd:1\"] or [\"oneapi:0\"], or of UUIDs",
            value: "GPU,...|none",
            fromJSON: { value in
                switch value {
                case .string("none"): GPUChoice.none
                case .array(let elements):
                    elements.allSatisfy { $0.stringValue != nil } ? accept(elements.compactMap(\.stringValue)) : nil
                default: nil
                }
            },
            fromText: { text in
                text == "none"
                    ? GPUChoice.none : accept(text.split(separator: ",").map { String($0.filter { $0 != " " }) })
            }, show: { $0.description })
    }
}

/// The device that Cycles renders with, in the form of Blender's option `--cycles-device`.
package struct CyclesDevice: Hashable, Sendable, CustomStringConvertible {
    package let description: String

    /// `OPTIX`, `OPTIX+CPU`.
    init?(_ text: String) {
        let parts = text.uppercased().split(separator: "+", omittingEmptySubsequences: false).map(String.init)
        guard ["CPU", "CUDA", "OPTIX", "HIP", "ONEAPI"].contains(parts[0]),
            parts.count == 1 || parts.count == 2 && parts[1] == "CPU" && parts[0] != "CPU"
        else { return nil }
        description = parts.joined(separator: "+")
    }

    /// The kind of device, without `+CPU`.
    package var kind: String { description.split(separator: "+").first.map(String.init) ?? description }
}

extension SettingKind where Value == CyclesDevice {
    /// A device of Cycles.
    static var cyclesDevice: Self {
        let words = "\"CPU\", \"CUDA\", \"OPTIX\", \"HIP\" or \"ONEAPI\", and a GPU may be followed by \"+CPU\""
        let devices = ["CPU"] + ["CUDA", "OPTIX", "HIP", "ONEAPI"].flatMap { [$0, $0 + "+CPU"] }
        let parse: @Sendable (String) -> CyclesDevice? = { CyclesDevice($0) }
        return SettingKind(
            expected: words, value: OptionValue("DEVICE", completion: .words(devices)),
            fromJSON: { $0.stringValue.flatMap(parse) }, fromText: parse, show: { $0.description })
    }
}
