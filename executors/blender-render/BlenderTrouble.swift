import ExecutorKit

/// A line about a problem of a render that is not reflected in the exit status.
///
/// Lines are recognised by their beginnings, as printed by Blender and Cycles: similar text, such as the name of an
/// object or a path, occurs elsewhere in a line.
enum BlenderTrouble: Hashable {
    /// The images cannot be valid.
    case fatal(ResultCheck, String)
    /// A file that the scene needs does not exist.
    case missingFile(path: String)
    /// Data of the scene is missing, though its file exists.
    case missingData(name: String, file: String)
    /// The scene was saved by a newer Blender.
    case newerFile(String)
    /// Cycles refers to its manual after a device error, which is in the line before.
    case deviceErrorBefore
    /// Blender crashes, and writes a report to this file.
    case crashFile(path: String)

    static let deviceError = ResultCheck(
        "device-error", .fail, "a GPU error, after which Cycles continues on the CPU")
    static let unknownFormat = ResultCheck("unknown-format", .fail, "a format that this Blender does not support")
    static let unknownEngine = ResultCheck(
        "unknown-engine", .fail, "a render engine that this Blender does not support")
    static let sceneNotFound = ResultCheck("scene-not-found", .fail, "a scene that is not in the file")
    static let scriptNotFound = ResultCheck("script-not-found", .fail, "a script that could not be opened")
    static let badFrameList = ResultCheck("bad-frame-list", .fail, "a frame list that Blender cannot parse")
    static let crash = ResultCheck(
        "crash-printed", .fail, "\"Segmentation fault\", which a wrapper's exit status may hide")
    static let missingFiles = ResultCheck("missing-file", .warn, "a library or texture that does not exist")
    static let newerFiles = ResultCheck("newer-file", .warn, "a file from a newer Blender")

    static let checks = [
        deviceError, unknownFormat, unknownEngine, sceneNotFound, scriptNotFound, badFrameList, crash, missingFiles,
        newerFiles,
    ]

    /// The arguments mentioned by Blender when it cannot parse them.
    private static let frameOptions = ["'-f / ", "'-s / ", "'-e / ", "'-j / "]
    private static let frameProblems = [
        "not a number", "incorrect comma use", "frame number must follow", "negative range ignored",
    ]

    init?(_ line: ByteScanner) {
        var words = line
        let isCrash = line.contains("Segmentation fault")
        if isCrash, let crash = Self.ofCrash(line) {
            self = crash
            return
        }
        // In 5.x after the prefix of the log, in others at the beginning.
        let isMarked =
            words.skip("Error: ") || words.skip("ERROR ") || words.skip("Warning: ") || words.skip("WARNING ")
            || words.skip("Info: ")
        // Few lines get past this check.
        guard let first = words.first, (isMarked ? Self.markedBeginnings : Self.plainBeginnings)[Int(first)] else {
            return nil
        }
        if !isMarked, first == UInt8(ascii: "P"), !words.skip("Python: ") { return nil }
        if let scene = Self.ofScene(words) {
            self = scene
        } else if words.skip("Writing: ") {
            let path = words.text
            guard path.hasPrefix("/"), path.hasSuffix(".crash.txt") else { return nil }
            self = .crashFile(path: path)
        } else if isCrash, let crash = Self.ofCrash(words) {
            self = crash
        } else if let device = Self.ofDevice(words) {
            self = device
        } else {
            return nil
        }
    }

    /// The first bytes of possible texts after "Error: " etc.
    private static let markedBeginnings = beginnings("CDEFHIKLMNOPRSUW/defhiklnotu")
    /// The first bytes of such lines without a prefix.
    private static let plainBeginnings = beginnings("CDEFHIKLMNOPRSUW/ho")

    private static func beginnings(_ characters: StaticString) -> [Bool] {
        characters.withUTF8Buffer { characters in (0...UInt8.max).map(characters.contains) }
    }

    private static func ofScene(_ line: ByteScanner) -> BlenderTrouble? {
        var words = line
        switch words.first {
        case UInt8(ascii: "F") where words.skip("Format from '-F"): return .fatal(unknownFormat, line.text)
        case UInt8(ascii: "e") where words.skip("engine not found "): return .fatal(unknownEngine, line.text)
        case UInt8(ascii: "t") where words.skip("text block not found "): return .fatal(scriptNotFound, line.text)
        case UInt8(ascii: "n"), UInt8(ascii: "i"), UInt8(ascii: "f"):
            guard words.contains("'-") else { return nil }
            let text = line.text
            let isAboutFrames =
                frameProblems.contains(where: text.hasPrefix) && frameOptions.contains(where: text.contains)
            return isAboutFrames ? .fatal(badFrameList, text) : nil
        case UInt8(ascii: "P") where words.skip("Python: OSError: ") && words.contains("\" could not be opened: "):
            let text = words.text
            return text.hasPrefix("Python file \"") ? .fatal(scriptNotFound, text) : nil
        case UInt8(ascii: "C") where words.skip("Can't find scene: '"): return .fatal(sceneNotFound, line.text)
        case UInt8(ascii: "C") where words.skip("Cannot find lib '"),
            UInt8(ascii: "U") where words.skip("Unable to open '"),
            UInt8(ascii: "I") where words.skip("Image file '"):
            return words.text(upToLast: UInt8(ascii: "'")).map { .missingFile(path: $0) }
        case UInt8(ascii: "L") where words.skip("LIB: "): return missingData(words.text)
        case UInt8(ascii: "F") where words.skip("File written by newer Blender binary"),
            UInt8(ascii: "F") where words.skip("File saved by newer Blender"):
            return .newerFile(line.text)
        default: return nil
        }
    }

    /// `Object: 'Cube' missing from '//lib/char.blend', parent '<direct>'`.
    private static func missingData(_ text: String) -> BlenderTrouble? {
        let parts = text.split(separator: "' missing from '", maxSplits: 1)
        guard parts.count == 2, let name = parts[0].split(separator: ": '", maxSplits: 1).last,
            let file = parts[1].split(separator: "', parent '").first
        else { return nil }
        return .missingData(name: String(name), file: String(file))
    }

    private static func ofCrash(_ line: ByteScanner) -> BlenderTrouble? {
        let text = line.text
        if text == "Segmentation fault" || text == "Segmentation fault (core dumped)" { return .fatal(crash, text) }
        // A shell reports the crash of a child: `/usr/bin/xvfb-run: line 181:  1234 Segmentation fault      …`.
        let shell = #/[^:]+: line \d+: +\d+ Segmentation fault( .*)?/#
        return text.wholeMatch(of: shell) != nil ? .fatal(crash, text) : nil
    }

    // MARK: Devices

    // The messages that Cycles passes to `Device::set_error`, which prints them, in its source code:
    //
    // - 2.7x and 2.8x: "CUDA error: Out of memory in cuLaunchKernel(…), line 1987", "CUDA error at cuCtxCreate: …",
    //   "OptiX error OPTIX_ERROR_… in optixLaunch(…), line 120", "OptiX CUDA error CUDA_ERROR_… in …"
    // - from 2.90: "Out of memory in cuMemAlloc(…) (…/device_impl.cpp:540)", "Failed to create CUDA context (…)",
    //   "Failed to initialize CUDA runtime (…)", "Failed to load CUDA kernel from '…'",
    //   "System is out of GPU and shared host memory"
    // - from 3.0: "Illegal address in CUDA queue synchronize (…)", and the same of HIP and OptiX
    // - from 3.3: "oneAPI kernel "…" execution error: got runtime exception "…"", "oneAPI queue initialization error: …"
    // - from 3.1, Metal: "Failed to compile library:"
    // - all of them, the first time: "Refer to the Cycles GPU rendering documentation …" in the next lines

    private static let devices = [
        "CUDA", "OptiX", "OPTIX", "HIP", "HIP-RT", "HIPRT", "oneAPI", "ONEAPI", "Metal", "METAL", "OpenCL",
    ]
    /// The errors of drivers, as printed by Cycles.
    private static let driverErrors = [
        "out of memory", "illegal address", "launch failed", "launch exceeded timeout", "launch out of resources",
        "invalid value", "invalid kernel image", "invalid context", "invalid handle", "unknown error",
        "no binary available",
        "not found", "invalid source", "driver ", "out of host memory", "device lost", "unspecified launch failure",
    ]

    private static func ofDevice(_ line: ByteScanner) -> BlenderTrouble? {
        var words = line
        if words.skip("Refer to the Cycles GPU rendering documentation") { return .deviceErrorBefore }
        // Checked first, because the rest is slow.
        guard words.count <= longestDeviceError,
            words.contains(" in ") || words.contains(" error") || words.skip("System is out of GPU ")
                || words.skip("Failed to ")
        else { return nil }
        let text = line.text
        return isDeviceError(text) ? .fatal(deviceError, text) : nil
    }

    private static let longestDeviceError = 4096

    /// Whether a line has the form of device errors: `Out of memory in CUDA queue …`, `CUDA error: …`.
    private static func isDeviceError(_ text: String) -> Bool {
        if text.hasPrefix("System is out of GPU ") || text == "Failed to compile library:" { return true }
        if text.hasPrefix("oneAPI "), text.contains(" error: got runtime exception \"") { return true }
        for device in devices {
            if text.hasPrefix("Failed to create \(device) context (") { return true }
            if text.hasPrefix("Failed to initialize \(device) runtime (") { return true }
            if text.hasPrefix("Failed to load \(device) kernel from '") { return true }
            if text.hasPrefix("\(device) error at ") { return true }
            if text.hasPrefix("\(device) error: ") {
                let what = text.dropFirst(device.count + ": error".count + 1).lowercased()
                if driverErrors.contains(where: what.hasPrefix) || what.contains("got runtime exception") {
                    return true
                }
                return what.wholeMatch(of: #/.+ in [a-z]+\w*\(.*/#) != nil
            }
            if let range = text.firstRange(of: " in \(device) queue ") { return isShort(text[..<range.lowerBound]) }
        }
        // From the macros that check each call: `Out of memory in cuMemAlloc_v2(&device_pointer, size)
        // (…/device_impl.cpp:540)`.
        guard let call = text.firstMatch(of: #/ in (?:cu|hip|optix|nvrtc)[A-Z]\w*\(/#) else { return false }
        let what = text[..<call.range.lowerBound]
        let name = what.replacing(#/^OptiX (?:CUDA )?error /#, with: "")
        return ["OPTIX_ERROR_", "CUDA_ERROR_", "hipError"].contains(where: name.hasPrefix)
            || driverErrors.contains { what.lowercased() == $0 }
    }

    private static func isShort(_ what: Substring) -> Bool {
        what.count <= 60 && !what.contains(where: { "|/'\"".contains($0) })
    }
}
