/// Where the words of a running command go: its log, what it is doing, what it made.
///
/// The calls come from any thread, return soon and never wait for the network.
public protocol CommandReport: Sendable {
    /// Says that a command of the task begins.
    func commandBegan(_ name: String, number: Int, of count: Int)

    /// Appends bytes to the log of the task, as they are.
    func log(_ bytes: UnsafeRawBufferPointer)

    /// Says in one line what is happening now; takes the place of the line before.
    func activity(_ text: String)

    /// Says how much of the command is done, from 0 to 1; the activity says it in words.
    func progress(_ fraction: Double)

    /// Says that one more step of the task is done.
    func stepCompleted()

    /// Says that a file was written which people may want to see.
    func outputProduced(_ path: String)
}

extension CommandReport {
    /// Nothing: the activity says it to managers.
    public func commandBegan(_ name: String, number: Int, of count: Int) {}

    /// Nothing: managers only have words for it.
    public func progress(_ fraction: Double) {}
}
