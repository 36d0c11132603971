/// A set of small whole numbers, in their order: a bit for each, so that members are added, removed and found in no time.
struct NumberSet: Sendable {
    private var words: [UInt64] = []
    private(set) var count = 0
    /// There is no member in the words before this one.
    private var firstWord = 0

    var isEmpty: Bool { count == 0 }

    mutating func insert(_ number: Int) {
        let word = number / 64
        if word >= words.count { words += [UInt64](repeating: 0, count: word + 1 - words.count) }
        let bit = UInt64(1) << UInt64(number % 64)
        if words[word] & bit == 0 { count += 1 }
        words[word] |= bit
        firstWord = min(firstWord, word)
    }

    mutating func remove(_ number: Int) {
        let word = number / 64
        let bit = UInt64(1) << UInt64(number % 64)
        guard word < words.count, words[word] & bit != 0 else { return }
        words[word] &= ~bit
        count -= 1
        while firstWord < words.count, words[firstWord] == 0 { firstWord += 1 }
    }

    /// The lowest member for which the condition holds.
    func first(where condition: (Int) -> Bool) -> Int? {
        for word in words.indices.dropFirst(firstWord) {
            var bits = words[word]
            while bits != 0 {
                let number = word * 64 + bits.trailingZeroBitCount
                if condition(number) { return number }
                bits &= bits - 1
            }
        }
        return nil
    }
}
