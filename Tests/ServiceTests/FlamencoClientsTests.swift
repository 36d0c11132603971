import Farm
import FlamencoAPI
import Foundation
import HTTPServer
import Service
import TestSupport
import Testing

@Suite("What clients of Flamenco find besides the conversations", .timeLimit(.minutes(1)))
struct FlamencoClientsTests {
    @Test(
        "what manager-lite does not have answers 501 with a sentence, and no client asks for it",
        arguments: [
            "GET /api/v3/configuration/check/shared-storage", "GET /api/v3/configuration/file",
            "POST /api/v3/shaman/checkout/requirements", "POST /api/v3/configuration/setup-assistant",
        ])
    func beyond(line: String) async {
        let manager = Manager()
        let words = line.split(separator: " ").map(String.init)
        let answer = await manager.ask(words[0], words[1], words[0] == "POST" ? "{}" : nil)
        #expect(answer.status == 501)
        #expect(answer.body?["message"]?.stringValue?.contains(words[1]) == true)
        #expect(await manager.ask("GET", "/api/v3/configuration").body?["shamanEnabled"] == .bool(false))
    }

    @Test("clients are told the version of Flamenco that they are to see, and that of manager-lite beside it")
    func version() async {
        let service = Service(farm: Farm(), reportedVersion: "3.7")
        let version = await Manager(service: service).ask("GET", "/api/v3/version").body
        #expect(version?["version"] == .string("3.7") && version?["shortversion"] == .string("3.7"))
        #expect(version?["name"] == .string("manager-lite") && version?["git"] == .string(Service.ownVersion))
    }

    @Test("the newest image of a job is there in three sizes, of which FFmpeg makes two")
    func sizes() async throws {
        let folder = try TemporaryFolder()
        let path = folder.path("large.png")
        let made = try RunningProgram(
            "/usr/bin/env",
            ["ffmpeg", "-v", "error", "-f", "lavfi", "-i", "testsrc=s=1600x900", "-frames:v", "1", path])
        let end = await made.end()
        try #require(end.exit == .status(0), "\(end.output)")
        let image = try Data(contentsOf: URL(filePath: path))

        let manager = Manager()
        let worker = await manager.awakeWorker(in: .v3)
        let job = await manager.submitEcho()
        let task = try #require(await manager.ask("POST", "/api/v3/worker/task", as: worker).body?["uuid"]?.stringValue)
        let headers: HTTPHeaders = ["Content-Length": "\(image.count)", "Content-Type": "image/png"]
        let sent = await manager.send(
            "POST", "/api/v3/worker/task/\(task)/output-produced", image, headers: headers, as: worker)
        #expect(sent.status == 202)
        let info = await manager.ask("GET", "/api/v3/jobs/\(job)/last-rendered").body
        guard case .array(let suffixes) = info?["suffixes"] else { throw CocoaError(.fileReadUnknown) }
        var widths: [Int] = []
        for suffix in suffixes {
            let answer = await manager.send("GET", "\(info?["base"]?.stringValue ?? "")/\(suffix.stringValue ?? "")")
            #expect(answer.status == 200)
            // IHDR: the width stands at byte 16 of a PNG, big-endian (PNG 3rd ed. §11.2.1).
            widths.append(answer.body.dropFirst(16).prefix(4).reduce(0) { $0 << 8 | Int($1) })
        }
        #expect(widths.count == 3 && widths.first == 1600)
        #expect(widths == widths.sorted(by: >) && Set(widths).count == 3, "\(widths)")
    }
}
