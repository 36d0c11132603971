import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service
import Testing

#if canImport(FoundationNetworking)
    import FoundationNetworking
#endif

/// One black pixel, and one white.
private let black =
    Data(
        base64Encoded:
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGNgAAAAAgABSK+kcQAAAABJRU5ErkJggg==") ?? Data()
private let white =
    Data(
        base64Encoded:
            "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAAAAAA6fptVAAAACklEQVR4nGP4DwABAQEAG7buVgAAAABJRU5ErkJggg==") ?? Data()
private let jpeg = Data([0xFF, 0xD8, 0xFF, 0xE0, 0, 16]) + Data("JFIF".utf8)

@Suite("The newest image of a job")
struct LastRenderedTests {
    private let manager = Manager()

    /// A worker, its task, and the job of that.
    private func work() async throws -> (worker: (id: String, secret: String), task: String, job: String) {
        let worker = await manager.awakeWorker(in: .v3)
        let job = await manager.submitEcho()
        let task = await manager.ask("POST", "/api/v3/worker/task", as: worker)
        return (worker, try #require(task.body?["uuid"]?.stringValue), job)
    }

    private func send(
        _ image: Data, of task: String, type: String? = "image/png", length: Int? = nil,
        as worker: (id: String, secret: String)?
    ) async -> HTTPResponse {
        var headers: HTTPHeaders = ["Content-Length": String(length ?? image.count)]
        headers["Content-Type"] = type
        return await manager.send(
            "POST", "/api/v3/worker/task/\(task)/output-produced", image, headers: headers, as: worker)
    }

    /// The address that an answer says, and nothing when it is 204.
    private func address(_ path: String) async -> String? {
        let (status, info) = await manager.ask("GET", "/api/v3/jobs/" + path)
        guard case .array(let suffixes) = info?["suffixes"] else {
            #expect(status == 204)
            return nil
        }
        #expect(status == 200)
        return "\(info?["base"]?.stringValue ?? "")/\(suffixes.first?.stringValue ?? "")"
    }

    @Test("there is none, then the first, then the next in its place; and none when the job is gone")
    func life() async throws {
        let (worker, task, job) = try await work()
        #expect(await address("last-rendered") == nil)
        #expect(await address("\(job)/last-rendered") == nil)
        #expect(await manager.ask("GET", "/api/v3/jobs/\(worker.id)/last-rendered").status == 204)

        #expect(await send(black, of: task, as: worker).status == 202)
        let path = try #require(await address("\(job)/last-rendered"))
        #expect(path == "/job-files/job-\(job.prefix(4))/\(job)/last-rendered.png")
        #expect(await address("last-rendered") == path)
        let first = await manager.send("GET", path)
        #expect(first.status == 200 && first.body == black && first.headers["Content-Type"] == "image/png")
        let etag = try #require(first.headers["ETag"])
        let known: HTTPHeaders = ["If-None-Match": etag]
        #expect(await manager.send("GET", path, headers: known).status == 304)

        #expect(await send(white, of: task, as: worker).status == 202)
        #expect(await manager.send("GET", path, headers: known).body == white)
        // The last frame of a task may arrive after its end.
        _ = await manager.ask("POST", "/api/v3/worker/task/\(task)", #"{"taskStatus": "completed"}"#, as: worker)
        #expect(await send(jpeg, of: task, type: "image/jpeg", as: worker).status == 202)
        let last = try #require(await address("\(job)/last-rendered"))
        #expect(last.hasSuffix("/last-rendered.jpg"))
        #expect(await manager.send("GET", last).headers["Content-Type"] == "image/jpeg")
        #expect(await manager.send("GET", path).status == 404)

        _ = await manager.ask("DELETE", "/api/v3/jobs/\(job.uppercased())")
        #expect(await manager.send("GET", last).status == 404)
        #expect(await address("last-rendered") == nil)
    }

    @Test("the farm shows the newest of all jobs, and the one before when that job is deleted")
    func newest() async throws {
        let one = try await work()
        let two = try await work()
        for (work, image) in [(two, white), (one, black)] { _ = await send(image, of: work.task, as: work.worker) }
        #expect(await address("last-rendered")?.contains(one.job) == true)
        _ = await manager.ask("DELETE", "/api/v3/jobs/\(one.job)")
        #expect(await address("last-rendered")?.contains(two.job) == true)
    }

    @Test("what is no image, too large, or not the worker's own is refused")
    func refused() async throws {
        let (worker, task, job) = try await work()
        let other = await manager.awakeWorker(in: .v3)
        let huge = black + Data(count: 25 << 20)
        #expect(await send(huge, of: task, as: worker).status == 413)
        for (image, type, status) in [
            (black, "image/gif", 400), (black, nil, 400), (black, "image/png; x=y", 202),
            // Taken, and then found to be none.
            (black, "image/jpeg", 202), (jpeg, "image/png", 202), (Data(), "image/png", 202),
        ] as [(Data, String?, Int)] {
            #expect(await send(image, of: task, type: type, as: worker).status == status, "\(type ?? "")")
        }
        let path = "/api/v3/worker/task/\(task)/output-produced"
        let withoutLength = await manager.send(
            "POST", path, black, headers: ["Content-Type": "image/png"], as: worker)
        #expect(withoutLength.status == 411)
        #expect(await send(black, of: task, as: nil).status == 403)
        #expect(await send(black, of: task, as: (worker.id, "wrong")).status == 403)
        #expect(await send(black, of: task, as: other).status == 409)
        #expect(await send(black, of: job, as: worker).status == 404)
        #expect(await send(black, of: "x", as: worker).status == 400)
        #expect(await manager.send("POST", path.replacing("/v3", with: ""), black, as: worker).status == 404)
        let image = try #require(await address("\(job)/last-rendered"))
        #expect(await manager.send("POST", image).status == 405)
        for wrong in [image + "x", image.replacing("job-", with: "jab-"), "/job-files", "/job-files/" + job] {
            #expect(await manager.send("GET", wrong).status == 404, "\(wrong)")
        }
    }

    @Test("over HTTP: an image up to the limit goes through, one byte more does not")
    func wire() async throws {
        let (worker, task, job) = try await work()
        let service = manager.service
        let server = try HTTPServer.start(limits: Service.limits) { await service.answer($0) }
        func ask(_ path: String, _ body: Data? = nil) async throws -> (Data, HTTPURLResponse) {
            var request = URLRequest(url: try #require(URL(string: server.url + path)))
            if let body {
                request.httpMethod = "POST"
                request.httpBody = body
                request.setValue("image/png", forHTTPHeaderField: "Content-Type")
                request.setValue(Manager.authorization(worker), forHTTPHeaderField: "Authorization")
            }
            let (data, response) = try await URLSession.shared.data(for: request)
            return (data, try #require(response as? HTTPURLResponse))
        }
        let largest = black + Data(count: (25 << 20) - black.count)
        let path = "/api/v3/worker/task/\(task)/output-produced"
        #expect(try await ask(path, largest).1.statusCode == 202)
        let image = try #require(await address("\(job)/last-rendered"))
        let (data, response) = try await ask(image)
        #expect(data == largest)
        #expect(response.value(forHTTPHeaderField: "Content-Type") == "image/png")
        // The server closes without reading on, which a client may hear of before the answer.
        let status = try? await ask(path, largest + [0]).1.statusCode
        #expect(status == nil || status == 413)
        #expect(try await ask(path, white).1.statusCode == 202)
        #expect(try await ask(image).0 == white)
        await server.stop()
    }
}
