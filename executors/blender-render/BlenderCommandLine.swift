import ExecutorKit

/// What the arguments of Blender request, as far as it is not determined by the file or a script.
///
/// Blender processes them from left to right: `-s 1 -e 10 -a` renders ten frames, `-a -s 1` those set in the file.
/// Opening a file resets the options before it. Arguments after `--` are for scripts.
struct BlenderCommandLine: Hashable {
    /// A part of the command line that renders.
    struct Request: Hashable {
        let frames: RequestedFrames
        /// The output path of the frames; nil if it is set in the file, or cannot be determined.
        let output: OutputPattern?
        /// Whether scripts run before it, which may change anything.
        let followsScripts: Bool
    }

    /// A Python script of the job.
    enum Script: Hashable {
        case expression(String)
        case file(String)
        /// A text data-block in the file.
        case text(String)

        /// The path of a file.
        var path: String? { if case .file(let path) = self { path } else { nil } }
    }

    private(set) var requests: [Request] = []
    private(set) var scripts: [Script] = []
    /// Whether Blender should print less.
    private(set) var isQuiet = false
    /// Whether options other than scripts show that rendering is not the purpose.
    private(set) var asksForOtherThings = false
    private(set) var hasPythonExitCode = false
    /// Whether the number of threads is set.
    private(set) var hasThreads = false

    private var start: Bound?
    private var end: Bound?
    private var step: Int?
    private var outputPath: String?
    private var format: String?
    private var usesExtension: Bool?
    /// The file that it opens last.
    private(set) var blendfile: String?

    /// A frame in the command line: a number, or relative to the range in the file.
    private enum Bound: Hashable { case frame(Int), relative }

    /// - Parameter arguments: the arguments of Blender itself.
    init(_ arguments: [String]) {
        var rest = arguments.prefix { $0 != "--" }[...]
        while let argument = rest.popFirst() { take(argument, &rest) }
    }

    /// The number of frames; nil if the file or a script determines it.
    var frameCount: Int? {
        let counts = requests.map { $0.followsScripts && !$0.frames.isList ? nil : $0.frames.count }
        return counts.isEmpty || counts.contains(nil) ? nil : counts.reduce(0) { $0 + ($1 ?? 0) }
    }

    /// Whether it requests no images, but something else.
    var isWithoutPictures: Bool { requests.isEmpty && (!scripts.isEmpty || asksForOtherThings) }

    // MARK: Reading

    private mutating func take(_ argument: String, _ rest: inout ArraySlice<String>) {
        switch argument {
        case "-s", "--frame-start": start = rest.popFirst().flatMap(Self.bound)
        case "-e", "--frame-end": end = rest.popFirst().flatMap(Self.bound)
        case "-j", "--frame-jump": step = rest.popFirst().flatMap { Int($0) }.map { max(1, $0) }
        case "-f", "--render-frame": request(RequestedFrames(list: rest.popFirst() ?? ""))
        case "-a", "--render-anim":
            if case .frame(let first) = start, case .frame(let last) = end {
                request(RequestedFrames(from: first, to: last, step: step))
            } else {
                request(.ofFile)
            }
        case "-o", "--render-output": outputPath = rest.popFirst()
        case "-F", "--render-format": format = rest.popFirst()
        case "-x", "--use-extension": usesExtension = rest.popFirst().map { $0 != "0" && $0 != "false" }
        case "-P", "--python": if let path = rest.popFirst() { scripts.append(.file(path)) }
        case "--python-expr": if let text = rest.popFirst() { scripts.append(.expression(text)) }
        case "--python-text": if let name = rest.popFirst() { scripts.append(.text(name)) }
        case "--python-exit-code":
            hasPythonExitCode = true
            _ = rest.popFirst()
        case "-t", "--threads":
            hasThreads = true
            _ = rest.popFirst()
        case "-q", "--quiet": isQuiet = true
        case "-v", "--version", "-h", "--help", "/?", "--python-console", "--list-formats": asksForOtherThings = true
        case "-c", "--command":
            asksForOtherThings = true
            rest = []
        case let option where Self.withOneValue.contains(option): _ = rest.popFirst()
        case "-p", "--window-geometry": rest = rest.dropFirst(4)
        case let option where option.hasPrefix("-"): break
        case let path: open(path)
        }
    }

    /// Other options with a value.
    static let withOneValue: Set<String> = [
        "-S", "--scene", "-E", "--engine", "-t", "--threads", "--addons", "--log", "--log-level", "--log-file",
        "--debug-value", "--verbose", "--app-template", "--env-system-datafiles", "--env-system-scripts",
        "--env-system-python", "--env-system-extensions", "--gpu-backend", "--gpu-vsync", "--profile-gpu",
        "--cycles-device",
        "-setaudio", "--setaudio", "-g", "--render-output-path",
    ]

    private mutating func open(_ path: String) {
        (start, end, step, outputPath, format, usesExtension) = (nil, nil, nil, nil, nil, nil)
        blendfile = path
    }

    private mutating func request(_ frames: RequestedFrames) {
        let output = outputPath.flatMap {
            OutputPattern($0, blendfile: blendfile, format: format, usesExtension: usesExtension)
        }
        requests.append(Request(frames: frames, output: output, followsScripts: !scripts.isEmpty))
    }

    private static func bound(_ text: String) -> Bound? {
        text.hasPrefix("+") ? .relative : RequestedFrames.number(text).map { .frame($0) }
    }
}

/// The frames requested by a part of a command line.
enum RequestedFrames: Hashable {
    /// These frames, whatever the file contains: from `-f`.
    case list([ClosedRange<Int>])
    /// From `-s`, `-e` and `-a`: the frames of the range that are a step apart; if `step` is nil, that of the file.
    case range(ClosedRange<Int>, step: Int?)
    /// As set in the file, or not clearly specified.
    case ofFile

    private static let most = 10_000_000

    /// Parses `12`, `1..3`, `1,4..7,12`; `+3` and `-3` count from the ends of the file's range.
    init(list: String) {
        var ranges: [ClosedRange<Int>] = []
        for item in list.split(separator: ",", omittingEmptySubsequences: false) {
            let bounds = item.split(separator: "..", omittingEmptySubsequences: false)
            guard let first = bounds.first.flatMap(Self.number), let last = bounds.last.flatMap(Self.number),
                bounds.count <= 2, let range = Self.range(first, last)
            else {
                self = .ofFile
                return
            }
            ranges.append(range)
        }
        self = .list(ranges)
    }

    init(from first: Int, to last: Int, step: Int?) {
        self = Self.range(first, last).map { .range($0, step: step) } ?? .ofFile
    }

    var isList: Bool { if case .list = self { true } else { false } }

    /// The number of frames, each as often as it is requested; nil if the file determines it.
    var count: Int? {
        switch self {
        case .list(let ranges): ranges.reduce(0) { $0 + $1.count }
        case .range(let range, let step): (range.count - 1) / (step ?? 1) + 1
        case .ofFile: nil
        }
    }

    /// Returns the frame numbers; nil if the file determines them, or there are too many to check individually.
    func numbers(atMost most: Int = 20_000) -> [Int]? {
        guard let count, count <= most else { return nil }
        switch self {
        case .list(let ranges): return Array(Set(ranges.flatMap { Array($0) })).sorted()
        case .range(let range, let step):
            return Array(stride(from: range.lowerBound, through: range.upperBound, by: step ?? 1))
        case .ofFile: return nil
        }
    }

    /// Parses a frame number that does not depend on the file.
    static func number(_ text: some StringProtocol) -> Int? {
        guard let first = text.first, first.isNumber, let frame = Int(text) else { return nil }
        return frame
    }

    private static func range(_ first: Int, _ last: Int) -> ClosedRange<Int>? {
        guard first <= last, case let (distance, overflow) = last.subtractingReportingOverflow(first), !overflow,
            distance < most
        else { return nil }
        return first...last
    }
}
