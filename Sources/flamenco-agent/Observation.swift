import Agent
import Foundation
import HTTPServer

/// Everything that reports on a running agent: to the service manager, on the status socket, as metrics and health.
struct Observation {
    private let service: ServiceLink
    private let socket: StatusSocket?
    private let server: HTTPServer?
    private let heartbeat: Task<Void, Never>

    /// Starts reporting.
    ///
    /// - Throws: ``SettingsError`` when metrics cannot be served at the address that is set.
    init(
        of worker: Worker, _ settings: Settings, state: StateDirectory, service notifier: ServiceNotifier,
        clock: any Clock<Duration>, log: Log
    ) throws {
        var inspection = worker.inspection
        service = ServiceLink(notifier, status: inspection.board, clock: clock)
        let heartbeat = Heartbeat(of: worker.vitalParts, every: notifier.watchdogInterval, clock: clock) {
            notifier.tell(.alive)
        }
        inspection.heartbeat = heartbeat
        if let address = settings.metricsListen {
            server = try MetricsService.start(on: address, inspection: inspection, heartbeat: heartbeat)
            log.info("serving metrics at \(server?.url ?? "")/metrics")
            if !address.isLoopback {
                log.warning("anyone who can reach \(address) can read the metrics of this agent")
            }
        } else {
            server = nil
        }
        do throws(StatusSocketError) {
            let (availability, board) = (worker.availability, inspection.board)
            socket = try StatusSocket(
                in: state.path, isClosedToPrograms: settings.sandbox == .paths,
                perform: { availability.perform($0, hasTask: board.current.task != nil) },
                answer: { [inspection] in (try? inspection.status().json()) ?? Data() })
        } catch {
            log.warning("\(error)")
            socket = nil
        }
        self.heartbeat = Task { await heartbeat.run() }
    }

    /// Stops reporting.
    func end() async {
        heartbeat.cancel()
        await server?.stop(within: .seconds(1))
        withExtendedLifetime((service, socket)) {}
    }
}
