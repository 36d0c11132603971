import FlamencoAPI
import FoundationEssentials
package import HTTPServer

/// The page that shows a farm: three files, as they are in this folder, which are part of the program.
package enum Dashboard {
    private struct File {
        let type: String
        let body: Data
        let etag: String

        init(_ type: String, _ bytes: [UInt8]) {
            self.type = type + "; charset=utf-8"
            body = Data(bytes)
            etag = "\"\(Fingerprint.of(body))\""
        }
    }

    private static let files = [
        "": File("text/html", PackageResources.dashboard_html),
        "dashboard.css": File("text/css", PackageResources.dashboard_css),
        "dashboard.js": File("text/javascript", PackageResources.dashboard_js),
    ]

    /// Nothing from anywhere else, no script and no style in the markup, and in nobody's frame.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// How many bytes all files have.
    package static var size: Int { files.values.reduce(0) { $0 + $1.body.count } }

    /// The answer to a request for one of the files; absent when the path is another one.
    package static func answer(_ request: HTTPRequest, at path: [String]) -> HTTPResponse? {
        guard path.count <= 1, let file = files[path.first ?? ""] else { return nil }
        var headers: HTTPHeaders = [
            "ETag": file.etag, "Cache-Control": "no-cache", "Content-Security-Policy": policy,
            "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
        ]
        if request.headers.values(of: "If-None-Match").joined(separator: ",").contains(file.etag) {
            return HTTPResponse(status: 304, headers: headers)
        }
        headers["Content-Type"] = file.type
        return HTTPResponse(status: 200, headers: headers, body: file.body)
    }
}
