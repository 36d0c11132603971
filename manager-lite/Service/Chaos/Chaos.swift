import FlamencoAPI
import FoundationEssentials
package import HTTPServer
import Synchronization

/// Makes a well-behaved handler misbehave according to a plan.
package final class Chaos: Sendable {
    private let plan: ChaosPlan
    private let clock: any Clock<Duration>
    private let generator: Mutex<SeededGenerator>

    package init(plan: ChaosPlan, seed: UInt64, clock: any Clock<Duration>) {
        self.plan = plan
        self.clock = clock
        generator = Mutex(SeededGenerator(seed: seed))
    }

    /// The answer that `handler` gives to the request, or what becomes of it.
    package func answer(_ request: HTTPRequest, by handler: HTTPHandler) async -> HTTPResponse {
        let (fault, latency) = generator.withLock { plan.draw(with: &$0) }
        if latency > .zero { try? await clock.sleep(for: latency) }
        switch fault {
        case nil:
            return await handler(request)
        case .status(let status):
            return JSONReply.error(status, "this fault was asked for")
        case .hang:
            return HTTPResponse(status: 503, delivery: .never)
        case .dropRequest:
            return HTTPResponse(status: 503, delivery: .cutAfter(bytes: 0))
        case .dropReply:
            var response = await handler(request)
            response.delivery = .cutAfter(bytes: 0)
            return response
        case .cutReply:
            var response = await handler(request)
            response.delivery = .cutAfter(bytes: 40 + response.contentLength / 2)
            return response
        }
    }
}
