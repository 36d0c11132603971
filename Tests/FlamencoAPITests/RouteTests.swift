import FlamencoAPI
import TestSupport
import Testing

@Suite("Routes")
struct RouteTests {
    /// The segments of a path as a server sees them, percent-decoded.
    private func segments(_ path: String) -> [String] {
        path.split(separator: "/").map { segment in
            var bytes: [UInt8] = []
            var rest = Array(segment.utf8)[...]
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "%"),
                    let code = UInt8(String(decoding: rest.prefix(2), as: UTF8.self), radix: 16)
                {
                    bytes.append(code)
                    rest = rest.dropFirst(2)
                } else {
                    bytes.append(byte)
                }
            }
            return String(decoding: bytes, as: UTF8.self)
        }
    }

    @Test(
        "each operation is found again, whatever its arguments are", arguments: Operation.allCases,
        APIDialect.allCases)
    func roundTrip(operation: Operation, dialect: APIDialect) {
        guard operation.isPart(of: dialect) else { return }
        let route = operation.route(in: dialect)
        var numbers = SeededNumbers(seed: 5)
        let count = route.template.split(separator: "/").count { $0.hasPrefix("{") }
        for _ in 0..<200 {
            // With a letter in front, since literal segments beat arguments that read the same.
            let arguments = (0..<count).map { _ in "x" + numbers.text(upTo: 20) }
            let path = route.path(arguments)
            #expect(path.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F && !"?#\\\"<>".utf8.contains($0) })
            let match = RouteMatch(method: route.method, segments: segments(path))
            #expect(match == .operation(operation, in: dialect, arguments: arguments))
        }
    }

    @Test("an argument never reaches beyond its segment")
    func encoding() {
        #expect(Operation.fetchJob.route(in: .v2022).path("a/b?c#d%") == "/api/jobs/a%2Fb%3Fc%23d%25")
        #expect(Operation.fetchJob.route(in: .v2022).path("Дü ~-._") == "/api/jobs/%D0%94%C3%BC%20~-._")
        #expect(
            Operation.getVariables.route(in: .v2022).path("workers", "linux")
                == "/api/configuration/variables/workers/linux")
    }

    @Test(
        "what a method and a path mean",
        arguments: [
            ("GET", "/api/version", .operation(.getVersion, in: .v2022, arguments: [])),
            ("POST", "/api/version", .otherMethods(["GET"])),
            ("GET", "/api/jobs", .operation(.queryJobs, in: .v2022, arguments: [])),
            ("POST", "/api/jobs", .operation(.submitJob, in: .v2022, arguments: [])),
            ("PUT", "/api/jobs", .otherMethods(["GET", "POST"])),
            ("GET", "/api/jobs/types", .operation(.getJobTypes, in: .v2022, arguments: [])),
            ("DELETE", "/api/jobs/types", .otherMethods(["GET"])),
            ("GET", "/api/jobs/typess", .operation(.fetchJob, in: .v2022, arguments: ["typess"])),
            ("DELETE", "/api/jobs/j", .operation(.deleteJob, in: .v2022, arguments: ["j"])),
            ("POST", "/api/jobs/j", .otherMethods(["DELETE", "GET"])),
            ("GET", "/api/jobs/type/x", .operation(.getJobType, in: .v2022, arguments: ["x"])),
            ("POST", "/api/jobs/j/setstatus", .operation(.setJobStatus, in: .v2022, arguments: ["j"])),
            ("POST", "/api/worker/task", .operation(.scheduleTask, in: .v2022, arguments: [])),
            ("POST", "/api/worker/task/t", .operation(.taskUpdate, in: .v2022, arguments: ["t"])),
            ("GET", "/api/worker/task/t", .otherMethods(["POST"])),
            ("GET", "/api/v3/version", .operation(.getVersion, in: .v3, arguments: [])),
            ("POST", "/api/v3/version", .otherMethods(["GET"])),
            ("GET", "/api/v3/worker/task/t/may-i-run", .operation(.mayWorkerRun, in: .v3, arguments: ["t"])),
            (
                "POST", "/api/v3/worker/task/t/output-produced",
                .operation(.taskOutputProduced, in: .v3, arguments: ["t"])
            ),
            ("POST", "/api/worker/task/t/output-produced", .nothing),
            ("GET", "/api/v3/jobs/last-rendered", .operation(.fetchGlobalLastRenderedInfo, in: .v3, arguments: [])),
            (
                "GET", "/api/v3/jobs/j/last-rendered",
                .operation(.fetchJobLastRenderedInfo, in: .v3, arguments: ["j"])
            ),
            ("GET", "/api/jobs/last-rendered", .operation(.fetchJob, in: .v2022, arguments: ["last-rendered"])),
            ("POST", "/api/v3/jobs/j/blocklist", .otherMethods(["DELETE", "GET"])),
            ("GET", "/api/worker/task/t/may-i-run", .nothing), ("GET", "/api/v3", .nothing),
            ("get", "/api/version", .otherMethods(["GET"])),
            ("GET", "/", .nothing), ("GET", "/api", .nothing), ("GET", "/API/version", .nothing),
            ("GET", "/api/version/x", .nothing), ("GET", "/a/b/c/d/e/f/g", .nothing),
        ] as [(String, String, RouteMatch)])
    func table(method: String, path: String, expected: RouteMatch) {
        #expect(RouteMatch(method: method, segments: segments(path)) == expected)
    }

    @Test("workers' operations are those of the contract that need credentials")
    func needsWorker() {
        #expect(
            Operation.allCases.filter(\.needsWorker)
                == [
                    .signOn, .signOff, .workerState, .workerStateChanged, .scheduleTask, .taskUpdate, .mayWorkerRun,
                    .taskOutputProduced,
                ])
    }
}
