import FlamencoAPI

/// Which GPUs programs see, as the settings say it.
package enum GPUChoice: Hashable, Sendable {
    case none
    case devices([Device])

    /// Who makes GPUs, by what programs for them are written with. Each counts its own, from 0, and has a variable of its own.
    package enum Maker: String, CaseIterable, Sendable { case cuda, amd, oneapi }

    /// A GPU of one maker.
    package struct Device: Hashable, Sendable {
        package let maker: Maker
        /// Its number among those of its maker, or its UUID.
        package let device: String

        /// `cuda:0`, `amd:1`, `oneapi:0`; with a UUID in place of the number, or such a UUID alone.
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
                // AMD has sixteen digits, NVIDIA five groups; newer ones of AMD, which do too, need “amd:”.
                maker = text.wholeMatch(of: #/GPU-[0-9a-fA-F]{16}/#) == nil ? .cuda : .amd
            }
        }

        private static func isUUID(_ text: String) -> Bool {
            text.wholeMatch(of: #/(?:GPU|MIG)-[0-9a-zA-Z\/-]{4,100}/#) != nil
        }
    }
}

extension GPUChoice {
    /// The variables that narrow what programs see. Each maker's own alone: two that are about the same GPUs would narrow twice,
    /// as the second counts what the first left over.
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
                // As nvidia-smi counts; else the fastest comes first.
                variables["CUDA_DEVICE_ORDER"] = "PCI_BUS_ID"
                variables["CUDA_VISIBLE_DEVICES"] = list
            case .amd: variables["ROCR_VISIBLE_DEVICES"] = list
            case .oneapi: variables["ONEAPI_DEVICE_SELECTOR"] = "level_zero:\(list)"
            }
        }
        return variables
    }

    /// All variables that narrow what programs see of the makers in question; those of the agent do not get to programs.
    var related: Set<String> {
        var names: Set<String> = []
        if has(.cuda) { names.formUnion(["CUDA_VISIBLE_DEVICES", "CUDA_DEVICE_ORDER"]) }
        if has(.amd) {
            // HIP takes that of CUDA for its own.
            names.formUnion([
                "ROCR_VISIBLE_DEVICES", "HIP_VISIBLE_DEVICES", "GPU_DEVICE_ORDINAL", "CUDA_VISIBLE_DEVICES",
            ])
        }
        if has(.oneapi) { names.formUnion(["ONEAPI_DEVICE_SELECTOR", "SYCL_DEVICE_FILTER", "ZE_AFFINITY_MASK"]) }
        return names
    }

    /// Whether it says something about GPUs of this maker.
    func has(_ maker: Maker) -> Bool {
        switch self {
        case .none: true
        case .devices(let devices): devices.contains { $0.maker == maker }
        }
    }

    /// Refuses choices that cannot hold.
    ///
    /// - Throws: ``SettingsError``.
    static func check(_ values: SettingValues) throws(SettingsError) {
        guard let gpus = values.gpus else { return }
        let place = "\(values.source(of: \.gpus)): "
        if case .devices = gpus, gpus.has(.cuda), gpus.has(.amd) {
            throw SettingsError(
                place
                    + "“gpus” has some of cuda and of amd, whose programs read CUDA_VISIBLE_DEVICES both: run an agent for each"
            )
        }
        if let name = values.environment.keys.sorted().first(where: gpus.related.contains) {
            throw SettingsError(
                "\(values.source(of: \.environment)): “environment” sets \(name), and “gpus” is about the same: leave out one"
            )
        }
    }
}

extension Settings {
    /// Whether programs are to use GPUs.
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
    /// A list of GPUs, separated by commas outside of the file; or the word for none.
    static var gpus: Self {
        let accept: @Sendable ([String]) -> GPUChoice? = { words in
            let devices = words.compactMap { GPUChoice.Device($0) }
            return devices.isEmpty || devices.count != words.count ? nil : .devices(devices)
        }
        return SettingKind(
            expected: "“none” or a list such as [\"cuda:0\"], [\"amd:1\"] or [\"oneapi:0\"], or of UUIDs",
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

/// What Cycles renders with, as Blender takes it behind `--cycles-device`.
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

    /// The kind of device, without the processor that helps.
    package var kind: String { description.split(separator: "+").first.map(String.init) ?? description }
}

extension SettingKind where Value == CyclesDevice {
    /// A kind of device.
    static var cyclesDevice: Self {
        let words = "“CPU”, “CUDA”, “OPTIX”, “HIP” or “ONEAPI”, with “+CPU” behind a GPU that the processor is to help"
        let parse: @Sendable (String) -> CyclesDevice? = { CyclesDevice($0) }
        return SettingKind(
            expected: words, fromJSON: { $0.stringValue.flatMap(parse) }, fromText: parse, show: { $0.description })
    }
}
