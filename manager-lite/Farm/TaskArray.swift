/// The tasks of a job, in their order.
///
/// They stand in pieces, so that whoever changes a task while a copy of the farm is alive (one that is being stored, say)
/// copies a piece of them, not a million.
struct TaskArray: Hashable, Sendable {
    // Each has ``pieceSize`` tasks, but for the last.
    private var pieces: [[TaskRecord]] = []
    private(set) var count = 0

    private static let pieceSize = 256

    /// No tasks yet.
    init() {}

    mutating func append(_ task: TaskRecord) {
        if count.isMultiple(of: Self.pieceSize) {
            pieces.append([])
            pieces[pieces.count - 1].reserveCapacity(count == 0 ? 1 : Self.pieceSize)
        }
        pieces[pieces.count - 1].append(task)
        count += 1
    }
}

extension TaskArray: RandomAccessCollection, MutableCollection {
    var startIndex: Int { 0 }
    var endIndex: Int { count }

    subscript(index: Int) -> TaskRecord {
        _read { yield pieces[index / Self.pieceSize][index % Self.pieceSize] }
        _modify { yield &pieces[index / Self.pieceSize][index % Self.pieceSize] }
    }
}
