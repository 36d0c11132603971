extension Duration {
    /// For people: "0.04 s", "12.3 s", "2 min 5 s", "3 h 0 min".
    var inWords: String {
        let hundredths = (self / .milliseconds(10)).rounded()
        guard hundredths < 6000 else {
            let seconds = Int(min(hundredths / 100, 1e15).rounded())
            return seconds < 3600
                ? "\(seconds / 60) min \(seconds % 60) s" : "\(seconds / 3600) h \(seconds % 3600 / 60) min"
        }
        let count = Int(max(hundredths, 0))
        return "\((count < 1000 ? count : (count + 5) / 10 * 10).asHundredths) s"
    }
}

extension Int {
    /// For people, a number of bytes: "812 KiB", "1.25 GiB".
    var inBinaryUnits: String {
        var value = Double(self)
        var units = ["bytes", "KiB", "MiB", "GiB", "TiB"][...]
        while value >= 1023.5, units.count > 1 {
            value /= 1024
            units.removeFirst()
        }
        let digits = value >= 100 || units.count == 5 ? Int(value.rounded()) * 100 : Int((value * 100).rounded())
        return "\(digits.asHundredths) \(units.first ?? "")"
    }

    /// 1250 as "12.5", 1200 as "12".
    fileprivate var asHundredths: String {
        let (whole, rest) = (self / 100, self % 100)
        if rest == 0 { return "\(whole)" }
        return rest % 10 == 0 ? "\(whole).\(rest / 10)" : "\(whole).\(rest < 10 ? "0" : "")\(rest)"
    }
}
