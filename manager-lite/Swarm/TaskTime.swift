import HumanText

/// The duration of simulated tasks: `5s`, or `5s±2s` for anything from 3 to 7 seconds.
package struct TaskTime: Hashable, Sendable {
    /// The minimum and maximum.
    package let range: ClosedRange<Duration>

    /// Parses a duration; `+-` and `+/-` are alternatives to `±`. Nil if it is invalid, or could be negative.
    package init?(_ text: String) {
        let plain = text.replacing("+/-", with: "±").replacing("+-", with: "±")
        let spans = plain.split(separator: "±", omittingEmptySubsequences: false).map { DurationText.parse(String($0)) }
        guard spans.count <= 2, let middle = spans.first ?? nil, let spread = spans.count == 2 ? spans[1] : .zero,
            spread <= middle
        else { return nil }
        range = (middle - spread)...(middle + spread)
    }

    /// Draws a duration from the range, uniformly.
    package func draw(using generator: inout some RandomNumberGenerator) -> Duration {
        range.lowerBound + (range.upperBound - range.lowerBound) * Double.random(in: 0...1, using: &generator)
    }
}
