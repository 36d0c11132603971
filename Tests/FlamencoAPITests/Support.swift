import TestSupport

extension SeededNumbers {
    /// A text of characters of every length in UTF-8, with many that JSON has to escape.
    mutating func text(upTo length: Int) -> String {
        let special = "\"\\/\n\r\t\u{0}\u{1B}\u{7F}\u{2028}%?#"
        return String(
            (0..<Int.random(in: 0...length, using: &self)).map { _ in
                switch Int.random(in: 0..<8, using: &self) {
                case 0: special.randomElement(using: &self) ?? " "
                case 1: "äßñŁД文字🎬👍🏽\u{10FFFF}".randomElement(using: &self) ?? "ä"
                case 2: Character(Unicode.Scalar(UInt8.random(in: 0..<128, using: &self)))
                default: "abcdefghijklmnopqrstuvwxyz 0123456789".randomElement(using: &self) ?? "a"
                }
            })
    }
}
