import Testing

@testable import Agent

@Suite("Which outputs are shown")
struct PreviewQueueTests {
    enum Event: Sendable {
        case offer(Int)
        case finished
        case close
    }

    @Test(
        "one is dealt with at a time, and the newest of those that come meanwhile is next",
        arguments: [
            ([.offer(1)], [1]),
            ([.offer(1), .finished, .offer(2)], [1, nil, 2]),
            ([.offer(1), .offer(2), .finished, .finished], [1, nil, 2, nil]),
            ([.offer(1), .offer(2), .offer(3), .offer(4), .finished, .finished], [1, nil, nil, nil, 4, nil]),
            // One that comes while the second is dealt with.
            ([.offer(1), .offer(2), .finished, .offer(3), .finished, .finished], [1, nil, 2, nil, 3, nil]),
            // After a pause it begins anew.
            ([.offer(1), .offer(2), .finished, .finished, .offer(3)], [1, nil, 2, nil, 3]),
            ([.offer(1), .offer(2), .close, .finished, .offer(3)], [1, nil, nil, nil, nil]),
            ([.close, .offer(1)], [nil, nil]),
        ] as [([Event], [Int?])])
    func table(events: [Event], begun: [Int?]) {
        var queue = PreviewQueue<Int>()
        let answers = events.map { event -> Int? in
            switch event {
            case .offer(let output): return queue.offer(output)
            case .finished: return queue.finished()
            case .close:
                _ = queue.close()
                return nil
            }
        }
        #expect(answers == begun)
    }

    @Test("closing tells whether one is dealt with still")
    func closing() {
        var queue = PreviewQueue<Int>()
        var isBusy = queue.close()
        #expect(!isBusy)
        queue = PreviewQueue()
        _ = queue.offer(1)
        for _ in 1...2 {
            isBusy = queue.close()
            #expect(isBusy)
        }
        _ = queue.finished()
        isBusy = queue.close()
        #expect(!isBusy)
    }
}
