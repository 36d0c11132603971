import Dashboard
import Farm
import FlamencoAPI
package import HTTPServer

/// The manager's own resources in addition to Flamenco's API: its page, the events of the farm, and the data for the
/// page. They are not affected by injected faults.
extension Service {
    /// The root of manager-lite's own resources, except for the page and the events.
    private static let ownRoot = "lite"
    /// Maximum size of a part of a log in one answer.
    private static let mostLog = 64 << 10

    /// Answers a request from outside: from a page that is not allowed, for one of manager-lite's own resources, or
    /// else for Flamenco's API, with injected faults.
    package func serve(_ request: HTTPRequest) async -> HTTPResponse {
        do throws(ServiceError) {
            try hosts.check(request)
            if let response = try await ownAnswer(to: request) { return response }
        } catch {
            return error.response
        }
        return await chaos.answer(request) { await self.answer($0) }
    }

    /// Whether a request is for a resource that Flamenco does not have.
    package static func isOwn(_ request: HTTPRequest) -> Bool {
        guard let path = request.pathSegments else { return false }
        return path.first == ownRoot || path == ["events"] || Dashboard.answer(request, at: path) != nil
    }

    private func ownAnswer(to request: HTTPRequest) async throws(ServiceError) -> HTTPResponse? {
        guard let path = request.pathSegments else { return nil }
        if let page = Dashboard.answer(request, at: path) {
            try request.requireMethod("GET", "HEAD")
            return page
        }
        if path == ["events"] {
            try request.requireMethod("GET")
            return try events(for: request)
        }
        guard path.first == Self.ownRoot else { return nil }
        switch path.dropFirst().first {
        case "api", "job-files":
            // Flamenco's own answers, without faults and whichever API is served.
            var plain = request
            guard request.target.hasPrefix("/\(Self.ownRoot)/") else { break }
            plain.target = String(request.target.dropFirst(Self.ownRoot.count + 1))
            return await answer(plain, in: [.v3])
        case "farm" where path.count == 2:
            try request.requireMethod("GET")
            return snapshot()
        case "chaos" where path.count == 2:
            return try answerAboutChaos(request)
        case "jobs" where path.count == 5 && path[3] == "tasks":
            try request.requireMethod("GET")
            guard let number = Int(path[4]) else { break }
            return JSONReply.value(
                try looking { (farm) throws(FarmError) in try farm.watchedTask(number, ofJob: path[2]) }, in: .v3)
        case "tasks" where path.count == 4 && path[3] == "log":
            try request.requireMethod("GET")
            return try log(ofTask: path[2], request)
        default: break
        }
        throw ServiceError(404, "there is nothing at \(request.path)")
    }

    private func log(ofTask id: String, _ request: HTTPRequest) throws(ServiceError) -> HTTPResponse {
        let from = request.query.first { $0.name == "from" }?.value ?? "0"
        guard let start = Int(from), start >= 0 else {
            throw ServiceError(400, "\"from\" should be a number of bytes, but is \"\(from)\"")
        }
        let (log, _) = try looking { (farm) throws(FarmError) in try farm.fetchLog(ofTask: id) }
        let part = log.part(from: start, most: Self.mostLog)
        return JSONReply.value(LogPart(start: part.start, end: log.end, text: part.text))
    }

    private func answerAboutChaos(_ request: HTTPRequest) throws(ServiceError) -> HTTPResponse {
        try request.requireMethod("GET", "PUT")
        if request.method == "PUT" {
            let change: ChaosChange
            do {
                change = try WireJSON.decode(ChaosChange.self, from: request.body)
            } catch {
                throw ServiceError(400, "invalid request body: \(error)")
            }
            do throws(ChaosError) {
                chaos.change(to: try ChaosPlan(change.faults), seed: change.seed)
            } catch {
                throw ServiceError(400, "field \"faults\": \(error)")
            }
        }
        return JSONReply.value(chaos.report)
    }
}

/// A part of a log, by byte offsets.
private struct LogPart: Encodable { let start: Int, end: Int, text: String }

extension HTTPRequest {
    fileprivate func requireMethod(_ methods: String...) throws(ServiceError) {
        guard !methods.contains(method) else { return }
        throw ServiceError(
            405, "\(method) is not allowed at \(path): use \(methods.joined(separator: " or "))",
            headers: ["Allow": methods.joined(separator: ", ")])
    }
}
