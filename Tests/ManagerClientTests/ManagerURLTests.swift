import ManagerClient
import Testing

@Suite("The URL of a manager")
struct ManagerURLTests {
    @Test(
        "is taken with scheme, host and port",
        arguments: [
            ("http://manager:8080", "http://manager:8080", "manager", true, false),
            ("HTTP://manager/", "http://manager", "manager", true, false),
            ("https://farm.example", "https://farm.example", "farm.example", false, false),
            ("http://127.0.0.1:1", "http://127.0.0.1:1", "127.0.0.1", true, true),
            ("http://[::1]:8080", "http://[::1]:8080", "::1", true, true),
            ("http://localhost", "http://localhost", "localhost", true, true),
            ("http://LocalHost", "http://LocalHost", "LocalHost", true, true),
            ("http://farm.localhost", "http://farm.localhost", "farm.localhost", true, true),
            ("http://127.1.2.3", "http://127.1.2.3", "127.1.2.3", true, true),
            ("http://127.farm.example", "http://127.farm.example", "127.farm.example", true, false),
            ("http://[0:0:0:0:0:0:0:1]", "http://[0:0:0:0:0:0:0:1]", "0:0:0:0:0:0:0:1", true, true),
            ("http://[fe80::1%eth0]:1", "http://[fe80::1%eth0]:1", "fe80::1%eth0", true, false),
            ("https://рендер.рф", "https://рендер.рф", "рендер.рф", false, false),
        ])
    func taken(text: String, description: String, host: String, isPlain: Bool, isLoopback: Bool) throws {
        let url = try ManagerURL(text)
        #expect(url.description == description)
        #expect(url.host == host)
        #expect(url.isPlain == isPlain)
        #expect(url.isLoopback == isLoopback)
    }

    @Test(
        "is refused with the reason",
        arguments: [
            ("manager:8080", "has no scheme: write http://manager:8080"),
            ("", "has no scheme: write http://"),
            ("ftp://manager", "has the scheme \"ftp\": use http or https"),
            ("http://manager/farm", "has \"/farm\" after the host: remove it"),
            ("http://manager?x", "has \"?x\" after the host: remove it"),
            ("http://user:pw@manager", "contains a user: remove it"),
            ("http://", "has no host: write http://host:8080"),
            ("http://:8080", "has no host: write http://host:8080"),
            ("http://a b", "has no host: write http://host:8080"),
            ("http://manager:http", "has the port \"http\", which is not a number from 1 to 65535"),
            ("http://manager:0", "has the port \"0\", which is not a number from 1 to 65535"),
            ("http://manager:", "has the port \"\", which is not a number from 1 to 65535"),
            ("http://::1", "has more than one \":\" in its host: write IPv6 addresses in brackets"),
            ("http://manager:+80", "has the port \"+80\", which is not a number from 1 to 65535"),
            ("http://manager:65536", "has the port \"65536\", which is not a number from 1 to 65535"),
            ("http://[manager]", "has \"manager\" in brackets, which is not an IPv6 address"),
            ("http://[::1]x", "has \"x\" after its IPv6 address"),
            ("http://[::1", "has an IPv6 address without a closing \"]\""),
        ])
    func refused(text: String, problem: String) {
        let error = #expect(throws: ManagerURLError.self) { try ManagerURL(text) }
        #expect(error?.problem == problem)
    }

    @Test("is not repeated with the password that somebody put into it")
    func password() {
        let error = #expect(throws: ManagerURLError.self) { try ManagerURL("http://user:p@ss@manager/") }
        #expect(error?.description == "the manager URL \"http://…@manager/\" contains a user: remove it")
    }
}
