import Foundation

/// Lines that a program prints for its executor alone: neither the log of the task nor any rule about lines gets them.
///
/// A private line begins with a mark, which may come in the middle of another line, since several threads of a program print,
/// and ends with the line.
package struct PrivateLines: Sendable {
    let mark: [UInt8]
    let take: @Sendable (String) -> Void

    /// - Parameters:
    ///   - mark: a text that nothing else has in it.
    ///   - take: called with what stands behind the mark, on the thread that reads the output.
    package init(mark: String, take: @escaping @Sendable (String) -> Void) {
        self.mark = Array(mark.utf8)
        self.take = take
    }
}

/// Takes private lines out of the output of a program, part by part.
struct PrivateLineFilter {
    /// More than that is no private line.
    private static let longest = 64 << 10

    private let lines: PrivateLines
    /// What may be the beginning of a mark, or is that of a private line.
    private var held: [UInt8] = []

    init(_ lines: PrivateLines) { self.lines = lines }

    /// What is left of a part without private lines; nil for all of it.
    mutating func remainder(of part: UnsafeRawBufferPointer) -> [UInt8]? {
        if held.isEmpty, Self.place(of: lines.mark, in: part) == nil, begunMark(in: part) == 0 { return nil }
        let all = held + part
        held = []
        return all.withUnsafeBytes { remainder(ofAll: $0) }
    }

    /// What was held back, when nothing more comes.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }

    private mutating func remainder(ofAll all: UnsafeRawBufferPointer) -> [UInt8] {
        var result: [UInt8] = []
        var rest = all
        while let start = Self.place(of: lines.mark, in: rest) {
            result += rest[..<start]
            rest = UnsafeRawBufferPointer(rebasing: rest[start...])
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                if rest.count <= Self.longest { held = Array(rest) } else { result += rest }
                return result
            }
            lines.take(String(decoding: rest[lines.mark.count..<end], as: UTF8.self))
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        let begun = begunMark(in: rest)
        held = Array(rest.suffix(begun))
        return result + rest.dropLast(begun)
    }

    /// How many bytes at the end are the beginning of a mark.
    private func begunMark(in part: UnsafeRawBufferPointer) -> Int {
        let longest = min(lines.mark.count - 1, part.count)
        return stride(from: longest, to: 0, by: -1).first { part.suffix($0).elementsEqual(lines.mark.prefix($0)) } ?? 0
    }

    private static func place(of mark: [UInt8], in part: UnsafeRawBufferPointer) -> Int? {
        guard let base = part.baseAddress, let first = mark.first else { return nil }
        var start = 0
        while start + mark.count <= part.count,
            let found = memchr(base + start, Int32(first), part.count - mark.count + 1 - start)
        {
            let place = base.distance(to: UnsafeRawPointer(found))
            if memcmp(found, mark, mark.count) == 0 { return place }
            start = place + 1
        }
        return nil
    }
}
