import ExecutorKit

/// Tells how a long copy gets on, now and then.
struct CopyProgress {
    private let name: String
    private let size: Int64?
    private let context: CommandContext
    private var pace: Pace
    private var copied: Int64 = 0

    /// The copy of something with this many bytes; nil where nobody counted them.
    init(of name: String, size: Int64?, context: CommandContext) {
        self.name = name
        self.size = size
        self.context = context
        pace = Pace(.seconds(2), clock: context.clock)
        _ = pace.isDue()  // Short copies say nothing.
    }

    /// So many more bytes are copied.
    mutating func add(_ bytes: Int) {
        copied += Int64(bytes)
        guard pace.isDue() else { return }
        let total = size.map { " of \($0 >> 20)" } ?? ""
        context.activity("copying \(name): \(copied >> 20)\(total) MiB")
    }
}
