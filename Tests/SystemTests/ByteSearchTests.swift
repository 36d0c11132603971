import System
import Testing

@Suite("Looking for bytes")
struct ByteSearchTests {
    @Test(
        "finds the first place of a text",
        arguments: [
            ("abcabc", "abc", 0), ("xabcabc", "abc", 1), ("aabaab", "aab", 0), ("aaab", "aab", 1), ("a", "a", 0),
            ("abab", "b", 1), ("", "a", nil), ("ab", "abc", nil), ("abd", "abc", nil), ("aaaa", "ab", nil),
            ("ab", "", nil),
            ("", "", nil),
        ])
    func position(of text: String, wanted: String, expected: Int?) {
        let found = Array(text.utf8).withUnsafeBufferPointer { bytes in
            Array(wanted.utf8).withUnsafeBufferPointer { wanted in
                bytes.position(of: wanted).flatMap { found in bytes.baseAddress.map { found - $0 } }
            }
        }
        #expect(found == expected)
    }
}
