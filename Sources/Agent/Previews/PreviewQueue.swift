/// Which outputs of tasks are shown to the manager: one is dealt with at a time, and of those that come meanwhile the
/// newest waits, since nobody wants to see an old frame.
struct PreviewQueue<Output> {
    private var isBusy = false
    private var isClosed = false
    private var waiting: Output?

    /// A new output; gives it back when it is to be dealt with now.
    mutating func offer(_ output: Output) -> Output? {
        if isClosed { return nil }
        guard isBusy else {
            isBusy = true
            return output
        }
        waiting = output
        return nil
    }

    /// The one that was dealt with is done, well or badly; gives the next.
    mutating func finished() -> Output? {
        defer { waiting = nil }
        isBusy = waiting != nil
        return waiting
    }

    /// Drops what waits, and all that will come; gives whether one is dealt with still.
    mutating func close() -> Bool {
        isClosed = true
        waiting = nil
        return isBusy
    }
}
