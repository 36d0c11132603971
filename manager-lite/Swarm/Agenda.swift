/// A queue of items by due time; items due at the same time are in order of addition.
struct Agenda<Item> {
    private struct Entry {
        let time: Duration
        let number: Int
        let item: Item

        func isBefore(_ other: Entry) -> Bool { time == other.time ? number < other.number : time < other.time }
    }

    // A binary heap: the children of an entry are at twice its index.
    private var heap: [Entry] = []
    private var nextNumber = 0

    /// The due time of the first item.
    var nextTime: Duration? { heap.first?.time }

    /// Adds an item.
    mutating func add(_ item: Item, at time: Duration) {
        heap.append(Entry(time: time, number: nextNumber, item: item))
        nextNumber += 1
        var place = heap.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard heap[place].isBefore(heap[parent]) else { return }
            heap.swapAt(place, parent)
            place = parent
        }
    }

    /// Removes the first item, if it is due at a time.
    mutating func takeFirst(dueAt time: Duration) -> (time: Duration, item: Item)? {
        guard let first = heap.first, first.time <= time else { return nil }
        let last = heap.removeLast()
        if !heap.isEmpty {
            heap[0] = last
            sink()
        }
        return (first.time, first.item)
    }

    private mutating func sink() {
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2] where child < heap.count && heap[child].isBefore(heap[least]) {
                least = child
            }
            if least == place { return }
            heap.swapAt(place, least)
            place = least
        }
    }
}
