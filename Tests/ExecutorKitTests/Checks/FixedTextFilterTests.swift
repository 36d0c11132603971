import System
import Testing

@testable import ExecutorKit

@Suite("The filter of fixed texts")
struct FixedTextFilterTests {
    private static let texts = ["error: ", "Segmentation fault", "CUDA", "abc"]

    private func filter(_ texts: [String]) -> FixedTextFilter {
        FixedTextFilter(for: texts.map { FixedText(bytes: Array($0.utf8), ignoresCase: false) })
    }

    private func mayBe(_ line: String, _ filter: FixedTextFilter) -> Bool {
        Array(line.utf8).withUnsafeBufferPointer { filter.mayBe(in: $0) }
    }

    @Test("lets a line pass that has a text at any offset", arguments: texts)
    func offsets(text: String) {
        // Alone, so that the step between samples is that of its length, and beside the others, where it is one byte.
        for filter in [filter([text]), filter(Self.texts)] {
            for before in 0..<50 {
                for after in [0, 1, 2, 50] {
                    let line = String(repeating: "-", count: before) + text + String(repeating: "-", count: after)
                    #expect(mayBe(line, filter), "\(line)")
                    #expect(mayBe(line.uppercased(), filter), "\(line)")
                }
            }
        }
    }

    @Test("holds back lines without a text, and those too short for one")
    func without() {
        let filter = filter(Self.texts)
        for line in [
            "", "a", "ab", "Fra:1 Mem:20.03M (Peak 20.10M) | Time:00:00.03", String(repeating: "-", count: 999),
        ] {
            #expect(!mayBe(line, filter), "\(line)")
        }
    }
}
