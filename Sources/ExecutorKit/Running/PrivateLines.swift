import Foundation

/// Lines that a program prints only for its executor: they are not in the log of the task, and rules do not see them.
///
/// A private line starts with a mark, which may be in the middle of another line because several threads of a program
/// print, and extends to the end of the line.
package struct PrivateLines: Sendable {
    let mark: [UInt8]
    let take: @Sendable (String) -> Void

    /// - Parameters:
    ///   - mark: a text that occurs nowhere else.
    ///   - take: called with the text after the mark, on the thread that reads the output.
    package init(mark: String, take: @escaping @Sendable (String) -> Void) {
        self.mark = Array(mark.utf8)
        self.take = take
    }
}

/// Removes private lines from the output of a program, piece by piece.
struct PrivateLineFilter {
    /// Longer lines are not private.
    private static let longest = 64 << 10

    private let lines: PrivateLines
    /// A possible beginning of a mark, or of a private line.
    private var held: [UInt8] = []

    init(_ lines: PrivateLines) { self.lines = lines }

    /// Takes private lines out of a part: hands them over, and what is between them, in order.
    mutating func take(_ part: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        if held.isEmpty, Self.place(of: lines.mark, in: part) == nil, begunMark(in: part) == 0 { return body(part) }
        let all = held + part
        held = []
        all.withUnsafeBytes { take(all: $0, body) }
    }

    /// Returns the bytes that were held back, at the end of the output.
    mutating func finish() -> [UInt8] {
        defer { held = [] }
        return held
    }

    private mutating func take(all: UnsafeRawBufferPointer, _ body: (UnsafeRawBufferPointer) -> Void) {
        var rest = all
        while let start = Self.place(of: lines.mark, in: rest) {
            body(UnsafeRawBufferPointer(rebasing: rest[..<start]))
            rest = UnsafeRawBufferPointer(rebasing: rest[start...])
            guard let end = rest.firstIndex(of: UInt8(ascii: "\n")) else {
                if rest.count <= Self.longest { held = Array(rest) } else { body(rest) }
                return
            }
            lines.take(String(decoding: rest[lines.mark.count..<end], as: UTF8.self))
            rest = UnsafeRawBufferPointer(rebasing: rest[(end + 1)...])
        }
        let begun = begunMark(in: rest)
        held = Array(rest.suffix(begun))
        body(UnsafeRawBufferPointer(rebasing: rest.dropLast(begun)))
    }

    /// Returns how many bytes at the end are the beginning of a mark.
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
