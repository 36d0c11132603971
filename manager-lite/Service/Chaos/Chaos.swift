import FlamencoAPI
import FoundationEssentials
package import HTTPServer
import Synchronization

/// Injects faults into the answers of a handler, according to a plan that can change at any time.
package final class Chaos: Sendable {
    private struct State {
        var plan: ChaosPlan
        var seed: UInt64
        var generator: SeededGenerator
        /// The number of times each fault was injected with the current plan.
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

    /// Returns a random seed; small enough for every JSON parser.
    package static var randomSeed: UInt64 { UInt64.random(in: 0...(1 << 53)) }

    /// Changes the plan, starting with a new seed.
    package func change(to plan: ChaosPlan, seed: UInt64? = nil) {
        let seed = seed ?? Self.randomSeed
        state.withLock { $0 = State(plan: plan, seed: seed, generator: SeededGenerator(seed: seed)) }
    }

    /// The current plan, and the numbers of injected faults.
    package var report: ChaosReport {
        state.withLock { ChaosReport(faults: $0.plan.text, seed: $0.seed, played: $0.played) }
    }

    /// Returns the answer of `handler` to the request, unless a fault is injected.
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

/// The faults that a manager injects, and how often it has.
package struct ChaosReport: Codable, Hashable, Sendable {
    /// The plan; empty when there are none.
    package let faults: String
    /// The seed of the random numbers.
    package let seed: UInt64
    /// The number of times each fault was injected.
    package let played: [String: Int]
}

/// A request to change the faults.
struct ChaosChange: Decodable {
    let faults: String
    let seed: UInt64?
}
