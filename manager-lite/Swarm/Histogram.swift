/// The frequencies of values, in classes that grow with the values: the relative error is at most one percent, and the
/// size is a few kilobytes, independently of the number of values.
package struct Histogram: Hashable, Sendable {
    // Values below this have a class each; above, every doubling is divided into this many classes.
    private static let classes = 128

    private var counts: [Int] = []
    private var sum = 0.0
    /// The number of values.
    package private(set) var count = 0
    /// The largest value.
    package private(set) var largest = 0

    /// Creates an empty histogram.
    package init() {}

    /// Adds a value; a negative one counts as zero.
    package mutating func add(_ value: Int) {
        let value = max(0, value)
        let index = Self.index(of: value)
        if index >= counts.count { counts += [Int](repeating: 0, count: index + 1 - counts.count) }
        counts[index] += 1
        count += 1
        sum += Double(value)
        largest = max(largest, value)
    }

    /// Adds the values of another histogram.
    package mutating func add(_ other: Histogram) {
        if other.counts.count > counts.count {
            counts += [Int](repeating: 0, count: other.counts.count - counts.count)
        }
        for (index, count) in other.counts.enumerated() { counts[index] += count }
        count += other.count
        sum += other.sum
        largest = max(largest, other.largest)
    }

    /// The mean; 0 without values.
    package var mean: Double { count == 0 ? 0 : sum / Double(count) }

    /// Returns the value that a share of all values does not exceed, by the nearest rank: 0.5 is the median. It is
    /// never below the exact one, nor more than one percent above it; 0 without values.
    package func value(at share: Double) -> Int {
        let rank = max(1, Int((share * Double(count)).rounded(.up)))
        var seen = 0
        for (index, count) in counts.enumerated() {
            seen += count
            if seen >= rank { return min(Self.largestValue(in: index), largest) }
        }
        return largest
    }

    private static func index(of value: Int) -> Int {
        guard value >= classes else { return value }
        let shift = value.bitWidth - value.leadingZeroBitCount - classes.bitWidth + classes.leadingZeroBitCount
        return classes * shift + value >> shift
    }

    private static func largestValue(in index: Int) -> Int {
        guard index >= 2 * classes else { return index }
        let shift = index / classes - 1
        return (index - classes * shift + 1) << shift - 1
    }
}
