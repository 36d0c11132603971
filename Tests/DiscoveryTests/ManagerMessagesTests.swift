import Discovery
import System
import Testing

@Suite("Who looks for managers")
struct ManagerQueryTests {
    @Test("is understood by who answers")
    func roundTrip() throws {
        let query = try #require(ManagerQuery(SSDPMessage(ManagerQuery.bytes(longestWait: 3))))
        #expect(query.longestWait == .seconds(3))
        let text = String(decoding: ManagerQuery.bytes(longestWait: 3), as: UTF8.self)
        #expect(text.hasPrefix("M-SEARCH * HTTP/1.1\r\nHOST: 239.255.255.250:1900\r\n"))
    }

    @Test(
        "waits as long as it says, but not for more than five seconds",
        arguments: [("0", 0), ("1", 1), ("5", 5), ("6", 5), ("120", 5), ("99999999999999999999", 5)])
    func wait(text: String, seconds: Int) throws {
        let query = ManagerQuery(
            try SSDPMessage(
                message("M-SEARCH * HTTP/1.1", "MAN: \"ssdp:discover\"", "MX: \(text)", "ST: ssdp:all")))
        #expect(query?.longestWait == .seconds(seconds))
    }

    @Test(
        "looks for something else, or does not ask as it should",
        arguments: [
            message("M-SEARCH * HTTP/1.1", "MAN: \"ssdp:discover\"", "MX: 1", "ST: upnp:rootdevice"),
            message("M-SEARCH * HTTP/1.1", "MAN: \"ssdp:discover\"", "MX: 1", "ST: urn:flamenco:manager:1"),
            message("M-SEARCH * HTTP/1.1", "MAN: ssdp:discover", "MX: 1", "ST: urn:flamenco:manager:0"),
            message("M-SEARCH * HTTP/1.1", "MAN: \"ssdp:discover\"", "ST: urn:flamenco:manager:0"),
            message("M-SEARCH * HTTP/1.1", "MAN: \"ssdp:discover\"", "MX: -1", "ST: urn:flamenco:manager:0"),
            message("M-SEARCH * HTTP/1.1", "MAN: \"ssdp:discover\"", "MX: soon", "ST: urn:flamenco:manager:0"),
            message("M-SEARCH / HTTP/1.1", "MAN: \"ssdp:discover\"", "MX: 1", "ST: urn:flamenco:manager:0"),
            ManagerNotice.byebye,
        ])
    func others(bytes: [UInt8]) throws { #expect(ManagerQuery(try SSDPMessage(bytes)) == nil) }
}

@Suite("What a manager answers")
struct ManagerAnswerTests {
    private static let service = "USN: uuid:aa80bc5f-d0af-46b8-8630-23bd7e80ec4d::urn:flamenco:manager:0"

    @Test("says where it is, as Flamenco's does")
    func flamenco() throws {
        let answer = try ManagerAnswer(
            SSDPMessage(
                message(
                    "HTTP/1.1 200 OK", "EXT: ", "CACHE-CONTROL: max-age=3600", Self.service, "SERVER: linux",
                    "DATE: Thu, 26 Nov 2026 10:00:00 UTC", "ST: urn:flamenco:manager:0",
                    "LOCATION: http://192.168.1.5:8080/upnp/description.xml")))
        #expect(answer.location.description == "http://192.168.1.5:8080")
        #expect(answer.location.address == IPv4Address("192.168.1.5"))
    }

    @Test("is understood by who looks for it, and looks to Flamenco Worker like Flamenco's")
    func roundTrip() throws {
        let location = ManagerLocation(try #require(IPv4Address("10.0.0.7")), port: 8080)
        let bytes = ManagerNotice.answer(location, software: "manager-lite/1")
        #expect(try ManagerAnswer(SSDPMessage(bytes)).location == location)
        let text = String(decoding: bytes, as: UTF8.self)
        #expect(text.contains("\r\n\(Self.service)\r\n"))
        #expect(text.contains("\r\nLOCATION: http://10.0.0.7:8080/upnp/description.xml\r\n"))
        #expect(throws: SSDPError.self) {
            try ManagerAnswer(SSDPMessage(ManagerNotice.alive(location, software: "manager-lite/1")))
        }
    }

    @Test(
        "is refused in one sentence",
        arguments: [
            (["HTTP/1.1 404 Not Found"], "it does not begin with \"HTTP/1.1 200 OK\""),
            (["HTTP/1.1 200 OK", service, "LOCATION: http://10.0.0.1/"], "it has no \"ST\""),
            (
                ["HTTP/1.1 200 OK", "ST: upnp:rootdevice", service, "LOCATION: http://10.0.0.1/"],
                "it is not about \"urn:flamenco:manager:0\""
            ),
            (["HTTP/1.1 200 OK", "ST: urn:flamenco:manager:0", "LOCATION: http://10.0.0.1/"], "it has no \"USN\""),
            (
                ["HTTP/1.1 200 OK", "ST: urn:flamenco:manager:0", "USN: uuid:1", "LOCATION: http://10.0.0.1/"],
                "its \"USN\" is not that of a manager"
            ),
            (["HTTP/1.1 200 OK", "ST: urn:flamenco:manager:0", service], "it has no \"LOCATION\""),
            (["HTTP/1.1 200 OK", "ST: urn:flamenco:manager:0", service, "LOCATION:"], "it has no \"LOCATION\""),
        ] as [([String], String)])
    func refused(lines: [String], sentence: String) throws {
        let bytes = Array((lines + ["", ""]).joined(separator: "\r\n").utf8)
        let error = #expect(throws: SSDPError.self) { try ManagerAnswer(SSDPMessage(bytes)) }
        #expect(error?.description == sentence)
    }
}

@Suite("Where a manager says it is")
struct ManagerLocationTests {
    @Test(
        "is scheme, host and port of a URL",
        arguments: [
            ("http://10.0.0.1:8080/upnp/description.xml", "http://10.0.0.1:8080", true),
            ("HTTP://10.0.0.1", "http://10.0.0.1:80", true), ("https://10.0.0.1/?a#b", "https://10.0.0.1:443", true),
            ("http://Manager.local:8080/", "http://manager.local:8080", false),
            ("http://[fe80::1%25eth0]:8080/", "http://[fe80::1%25eth0]:8080", false),
        ])
    func good(text: String, url: String, hasAddress: Bool) throws {
        let location = try ManagerLocation(text)
        #expect(location.description == url && (location.address != nil) == hasAddress)
    }

    @Test(
        "is not taken from anything else",
        arguments: [
            "", "10.0.0.1:8080", "ftp://10.0.0.1/", "http://", "http:///x", "http://user@10.0.0.1/",
            "http://u:p@10.0.0.1:80/", "http://10.0.0.1:0/", "http://10.0.0.1:65536/", "http://10.0.0.1:/",
            "http://10.0.0.1:80:80/", "http://10.0.0.1\\@evil/", "http://10.0.0.1 /", "http://é/",
            "http://10.0.0.1/;http://10.0.0.2/ ", "http://[fe80::1/", "file:///etc/passwd",
            "http://10.0.0.1/" + String(repeating: "a", count: 512),
        ])
    func bad(text: String) {
        let error = #expect(throws: SSDPError.self) { try ManagerLocation(text) }
        #expect(error?.description.hasPrefix("its \"LOCATION\" ") == true)
    }
}
