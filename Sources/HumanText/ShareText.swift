/// Percentages as people write and read them: `5%`, in messages `5 %`.
public enum ShareText {
    /// The share, from 0 to 1, that `text` stands for: a percentage from 0 to 100 with its sign.
    public static func parse(_ text: String) -> Double? {
        let compact = text.filter { $0 != " " }
        guard compact.hasSuffix("%"), let percent = Double(compact.dropLast()), (0...100).contains(percent) else {
            return nil
        }
        return percent / 100
    }

    /// `share` as messages have it, to a tenth of a percent: `5 %`, `98.2 %`.
    public static func text(_ share: Double) -> String {
        let tenths = Int((share * 1000).rounded())
        return (tenths % 10 == 0 ? "\(tenths / 10)" : "\(tenths / 10).\(tenths % 10)") + " %"
    }
}
