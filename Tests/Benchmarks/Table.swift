import Foundation

/// A row: what was measured, and the median, the 95th percentile and the largest of the measurements.
func printRow(_ name: String, _ measurements: [Duration]) {
    let sorted = measurements.sorted()
    guard let median = sorted.dropFirst(sorted.count / 2).first, let largest = sorted.last,
        let high = sorted.dropFirst(sorted.count * 95 / 100).first
    else { return }
    printRow(name, [median, high, largest].map(milliseconds).joined(separator: "  "))
}

/// A row of the table at the end, which README.md shows: what was measured, and the same work without what the agent adds.
struct SummaryRow {
    let what: String
    let measured: String
    /// What the work alone takes, and what it is.
    let alone: String
    /// How many times the work alone.
    let ratio: Double

    init(_ what: String, _ measured: Duration, alone: Duration, _ work: String) {
        self.init(what, shortText(measured), alone: "\(shortText(alone)): \(work)", ratio: measured / alone)
    }

    init(_ what: String, _ measured: String, alone: String, ratio: Double) {
        (self.what, self.measured, self.alone, self.ratio) = (what, measured, alone, ratio)
    }
}

/// Prints the rows as Markdown.
func printTable(_ rows: [SummaryRow]) {
    print("\n| what | measured | the work alone | ratio |\n|---|---|---|---|")
    for row in rows {
        print("| \(row.what) | \(row.measured) | \(row.alone) | \(String(format: "%.1f", row.ratio)) |")
    }
}

/// The median; zero if there are no measurements.
func median(_ measurements: [Duration]) -> Duration {
    measurements.isEmpty ? .zero : measurements.sorted()[measurements.count / 2]
}

private func shortText(_ time: Duration) -> String {
    time < .seconds(1)
        ? String(format: "%.1f ms", time / .milliseconds(1)) : String(format: "%.2f s", time / .seconds(1))
}

/// A row with a value of any kind.
func printRow(_ name: String, _ value: String) {
    print("  " + name + String(repeating: " ", count: max(1, 52 - name.count)) + value)
}

private func milliseconds(_ time: Duration) -> String {
    let hundredths = Int((time / .milliseconds(1) * 100).rounded())
    let fraction = hundredths % 100
    let text = "\(hundredths / 100).\(fraction < 10 ? "0" : "")\(fraction) ms"
    return String(repeating: " ", count: max(0, 10 - text.count)) + text
}
