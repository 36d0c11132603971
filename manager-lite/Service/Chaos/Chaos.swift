import FlamencoAPI
import FoundationEssentials
package import HTTPServer
import Synchronization

/// Makes a well-behaved handler misbehave according to a plan, which can change at any time.
package final class Chaos: Sendable {
    private struct State {
        var plan: ChaosPlan
        var seed: UInt64
        var generator: SeededGenerator
        /// How often each fault was played since the plan is in force.
        var played: [String: Int] = [:]
    }

    private let clock: any Clock<Duration>
    private let state: Mutex<State>

    package init(
        plan: ChaosPlan = .none, seed: UInt64 = Chaos.randomSeed, clock: any Clock<Duration> = ContinuousClock()
    ) {
        self.clock = clock
        state = Mutex(State(plan: plan, seed: seed, generator: SeededGenerator(seed: seed)))
    }

    /// A seed that nobody chose; small enough for every reader of JSON.
    package static var randomSeed: UInt64 { UInt64.random(in: 0...(1 << 53)) }

    /// Plays other faults from now on, from the beginning of a seed.
    package func change(to plan: ChaosPlan, seed: UInt64? = nil) {
        let seed = seed ?? Self.randomSeed
        state.withLock { $0 = State(plan: plan, seed: seed, generator: SeededGenerator(seed: seed)) }
    }

    /// What is played, and how often it was.
    package var report: ChaosReport {
        state.withLock { ChaosReport(faults: $0.plan.text, seed: $0.seed, played: $0.played) }
    }

    /// The answer that `handler` gives to the request, or what becomes of it.
    package func answer(_ request: HTTPRequest, by handler: HTTPHandler) async -> HTTPResponse {
        let (fault, latency) = state.withLock { state in
            let drawn = state.plan.draw(with: &state.generator)
            if let fault = drawn.fault { state.played[fault.description, default: 0] += 1 }
            return drawn
        }
        if latency > .zero { try? await clock.sleep(for: latency) }
        switch fault {
        case nil:
            return await handler(request)
        case .status(let status):
            return JSONReply.error(status, "injected fault")
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

/// What faults a manager plays, and how often it has.
package struct ChaosReport: Codable, Hashable, Sendable {
    /// The plan; empty when there are none.
    package let faults: String
    /// What they follow from.
    package let seed: UInt64
    /// How often each was played.
    package let played: [String: Int]
}

/// What faults a manager is to play.
struct ChaosChange: Decodable {
    let faults: String
    let seed: UInt64?
}
