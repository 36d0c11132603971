import HumanText

/// How long tasks take that only take time: `5s`, or `5s±2s` for anything from 3 to 7 seconds.
package struct TaskTime: Hashable, Sendable {
    /// The shortest and the longest.
    package let range: ClosedRange<Duration>

    /// Reads what a person wrote; `+-` and `+/-` are other ways to write `±`. Absent when it is no time, or could be below
    /// zero.
    package init?(_ text: String) {
        let plain = text.replacing("+/-", with: "±").replacing("+-", with: "±")
        let spans = plain.split(separator: "±", omittingEmptySubsequences: false).map { DurationText.parse(String($0)) }
        guard spans.count <= 2, let middle = spans.first ?? nil, let spread = spans.count == 2 ? spans[1] : .zero,
            spread <= middle
        else { return nil }
        range = (middle - spread)...(middle + spread)
    }

    /// A time from the range, each as likely as any other.
    package func draw(using generator: inout some RandomNumberGenerator) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double.random(in: 0...1, using: &generator)
    }
}
