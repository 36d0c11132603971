import FlamencoAPI
import FoundationEssentials
package import HTTPServer

/// The web page of a farm: three files in this folder, which are embedded in the program.
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

    /// Allows nothing from other origins, no inline scripts and styles, and no embedding in frames.
    private static let policy =
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"

    /// The total size of all files in bytes.
    package static var size: Int { files.values.reduce(0) { $0 + $1.body.count } }

    /// Returns the answer to a request for one of the files; nil if the path is another one.
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
