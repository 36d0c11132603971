/// Random numbers that are the same in every run.
struct SeededNumbers: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    /// SplitMix64.
    mutating func next() -> UInt64 {
        state &+= 0x9E37_79B9_7F4A_7C15
        var mixed = state
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }

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
