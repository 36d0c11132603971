/// A row: what was measured, and the median, the 95th percentile and the largest of the measurements.
func printRow(_ name: String, _ measurements: [Duration]) {
    let sorted = measurements.sorted()
    guard let median = sorted.dropFirst(sorted.count / 2).first, let largest = sorted.last,
        let high = sorted.dropFirst(sorted.count * 95 / 100).first
    else { return }
    printRow(name, [median, high, largest].map(milliseconds).joined(separator: "  "))
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
