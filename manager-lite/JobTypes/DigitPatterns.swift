/// Glob patterns that match numbers, padded with zeros, and nothing else: `000[1-9]`, `0010` for 1 to 10.
struct DigitPatterns {
    /// The patterns, in the order of the numbers that they match.
    private(set) var patterns: [String] = []

    /// Patterns for these numbers, which are in ascending order, with at least so many digits each.
    init(_ numbers: [Int], digits: Int) {
        for run in FrameRange(numbers).runs { append(run, digits: digits) }
    }

    /// Takes the widest block of numbers that starts at the lower bound and differs only in its last digits, then goes on
    /// behind it.
    private mutating func append(_ run: ClosedRange<Int>, digits: Int) {
        var next = run.lowerBound
        while next <= run.upperBound {
            var freeDigits = 0
            var block = 1
            while next.isMultiple(of: block * 10), next + block * 10 - 1 <= run.upperBound,
                // Those from 0 to 99 have the same width only if they are padded to more than one digit.
                next > 0 || freeDigits + 1 < digits
            {
                block *= 10
                freeDigits += 1
            }
            let digit = next / block % 10
            let steps = min(9 - digit, (run.upperBound + 1 - next) / block - 1)
            let text = String(next / block)
            let width = max(digits, String(next).count) - freeDigits
            let padded = String(repeating: "0", count: max(0, width - text.count)) + text
            patterns.append(
                padded.dropLast() + Self.oneOf(digit, digit + steps) + String(repeating: "[0-9]", count: freeDigits))
            next += (steps + 1) * block
        }
    }

    private static func oneOf(_ first: Int, _ last: Int) -> String {
        first == last ? "\(first)" : "[\(first)-\(last)]"
    }
}
