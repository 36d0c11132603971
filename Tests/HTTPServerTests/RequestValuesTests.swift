import FoundationEssentials
import Testing

@testable import HTTPServer

@Suite("A request, asked for its parts")
struct RequestValuesTests {
    @Test(
        "the path ends at the query and leaves out the host of a URL",
        arguments: [
            ("/", "/"), ("/a/b", "/a/b"), ("/a?b=/c", "/a"), ("/?", "/"), ("http://h/a?b", "/a"), ("http://h", "/"),
            ("http://h?b", "/"), ("*", "*"), ("/a%20b", "/a%20b"), ("/http://x/y", "/http://x/y"),
        ])
    func path(target: String, path: String) {
        #expect(HTTPRequest(method: "GET", target: target).path == path)
    }

    @Test(
        "segments are decoded one by one; what cannot be decoded gives none",
        arguments: [
            ("/", []), ("/a", ["a"]), ("/a/b?c/d", ["a", "b"]), ("/a/", ["a", ""]), ("//", ["", ""]),
            ("/a%2Fb/%C3%A4", ["a/b", "ä"]), ("/a+b", ["a+b"]), ("/..", [".."]), ("/%", nil), ("/%4", nil),
            ("/%4g", nil),
            ("/%+1", nil), ("/%FF", nil), ("/%C3/%A4", nil),
        ] as [(String, [String]?)])
    func segments(target: String, segments: [String]?) {
        #expect(HTTPRequest(method: "GET", target: target).pathSegments == segments)
    }

    @Test(
        "query items come in order, decoded as forms are",
        arguments: [
            ("/", []), ("/?", []), ("/?a=b", ["a", "b"]), ("/?a=b&a=c&d", ["a", "b", "a", "c", "d", ""]),
            ("/?a=b=c", ["a", "b=c"]), ("/?a+b=%26%3d", ["a b", "&="]), ("/?%C3%A4=%2B", ["ä", "+"]),
            ("/?&&a=", ["a", ""]),
            ("/?a=%zz", ["a", "%zz"]), ("/?a?b=c", ["a?b", "c"]),
        ] as [(String, [String])])
    func query(target: String, items: [String]) {
        #expect(HTTPRequest(method: "GET", target: target).query.flatMap { [$0.name, $0.value] } == items)
    }

    @Test(
        "Basic credentials are read, everything else is none",
        arguments: [
            ("Basic d29ya2VyOnNlY3JldA==", "worker", "secret"), ("basic  d29ya2VyOnNlY3JldA==", "worker", "secret"),
            ("Basic YTpiOmM=", "a", "b:c"), ("Basic Og==", "", ""), ("Basic w6Q6w7Y=", "ä", "ö"), ("Basic", nil, nil),
            ("Bearer d29ya2VyOnNlY3JldA==", nil, nil), ("Basic d29ya2Vy", nil, nil), ("Basic !!!", nil, nil),
            ("Basic /zr/", nil, nil), ("Basic YTpi YTpi", nil, nil), (nil, nil, nil),
        ] as [(String?, String?, String?)])
    func credentials(field: String?, user: String?, password: String?) {
        var request = HTTPRequest(method: "GET", target: "/")
        request.headers["Authorization"] = field
        #expect(request.basicCredentials?.user == user)
        #expect(request.basicCredentials?.password == password)
    }

    @Test("two Authorization fields are none")
    func twoCredentials() {
        let headers: HTTPHeaders = ["Authorization": "Basic YTpi", "authorization": "Basic YTpi"]
        #expect(HTTPRequest(method: "GET", target: "/", headers: headers).basicCredentials == nil)
    }
}
