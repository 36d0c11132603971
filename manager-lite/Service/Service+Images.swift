import Farm
import FlamencoAPI
import FoundationEssentials
package import HTTPServer
import Synchronization

/// The images that tasks produce, which show users the progress of jobs.
extension Service {
    /// Maximum size of an image in bytes (Flamenco 3: `taskOutputProduced`).
    private static let imageLimit = 25 << 20

    /// The limits of this manager's server: the usual ones, with room for an image.
    package static var limits: HTTPLimits {
        var limits = HTTPLimits()
        limits.bodyBytes = imageLimit
        return limits
    }

    /// Receives an image from a worker, which is from now on shown for the job.
    func takeOutput(_ request: ServiceRequest, from worker: String) throws(ServiceError) -> HTTPResponse {
        let body = request.http.body
        guard request.http.headers["Content-Length"] != nil else {
            throw ServiceError(411, "an image requires a Content-Length")
        }
        guard body.count <= Self.imageLimit else {
            throw ServiceError(413, "an image is limited to \(Self.imageLimit) bytes, this one has \(body.count)")
        }
        let type = request.mediaType
        guard let format = type.flatMap(LastRenderedImage.Format.init) else {
            throw ServiceError(
                400, "an image should be image/jpeg or image/png, but is \(type.map { "\"\($0)\"" } ?? "of no type")")
        }
        let job = try changing { (farm, now) throws(FarmError) in
            try farm.job(ofOutputOfTask: request.argument(0), from: worker, now: now)
        }
        // As with Flamenco, data that is not an image is accepted and then ignored.
        guard body.starts(with: format.signature) else { return HTTPResponse(status: 202) }
        let image = LastRenderedImage(format: format, data: body)
        images.withLock { $0.put(image, forJob: job) }
        feed.noteImage(ofJob: job)
        return HTTPResponse(status: 202)
    }

    /// Returns the location of the newest image of a job, or of all jobs.
    func lastRenderedInfo(_ request: ServiceRequest) throws(ServiceError) -> HTTPResponse {
        var id = images.withLock { $0.newestJob }
        if request.operation == .fetchJobLastRenderedInfo {
            let wanted = request.argument(0)
            // Flamenco has no image of an unknown job either.
            do throws(FarmError) {
                id = try look { (farm) throws(FarmError) in try farm.fetchJob(wanted).id }
            } catch {
                guard error.status == .notFound else { throw ServiceError(error) }
                return JSONReply.nothing
            }
        }
        guard let id, let image = images.withLock({ $0.image(ofJob: id) }) else { return JSONReply.nothing }
        return request.reply(
            JobLastRenderedImageInfo(
                base: "/" + Self.folder(ofJob: id).joined(separator: "/"),
                suffixes: LastRenderedImage.Size.allCases.map(image.fileName)))
    }

    /// Returns the answer to a browser's request for an image; nil if it is for something else.
    func image(for request: HTTPRequest) async throws(ServiceError) -> HTTPResponse? {
        guard let path = request.pathSegments, path.first == Self.imageRoot else { return nil }
        guard request.method == "GET" || request.method == "HEAD" else {
            throw ServiceError(
                405, "\(request.method) is not allowed at \(request.path): use GET or HEAD",
                headers: ["Allow": "GET, HEAD"])
        }
        guard path.count == 4, path.dropLast() == Self.folder(ofJob: path[2])[...],
            let image = images.withLock({ $0.image(ofJob: path[2]) }),
            let size = LastRenderedImage.Size.allCases.first(where: { image.fileName($0) == path[3] })
        else {
            throw ServiceError(404, "there is no image at \(request.path)")
        }
        let etag = "\"\(image.fingerprint)\(size.rawValue)\""
        // It changes often, so browsers should revalidate it, and load it only after a change.
        var headers: HTTPHeaders = ["ETag": etag, "Cache-Control": "no-cache"]
        let known = request.headers.values(of: "If-None-Match").joined(separator: ",")
        guard !known.contains(etag) else { return HTTPResponse(status: 304, headers: headers) }
        headers["Content-Type"] = image.format.rawValue
        headers["X-Content-Type-Options"] = "nosniff"
        return HTTPResponse(status: 200, headers: headers, body: await scaled(image, ofJob: path[2], to: size))
    }

    /// Returns an image in a size: created on demand, and kept until there is a newer image.
    private func scaled(_ image: LastRenderedImage, ofJob id: String, to size: LastRenderedImage.Size) async -> Data {
        guard let box = size.box else { return image.data }
        if let data = image.scaled[size] { return data }
        let data = await ImageScaling.scale(image.data, like: image.format.fileExtension, into: box) ?? image.data
        images.withLock { $0.keep(data, as: size, of: image.fingerprint, forJob: id) }
        return data
    }

    /// Returns the paths of the newest image of a job, in full size and small, for as long as it is the newest.
    func imagePaths(ofJob id: String) -> (full: String?, small: String?) {
        guard let image = images.withLock({ $0.image(ofJob: id) }) else { return (nil, nil) }
        func path(_ size: LastRenderedImage.Size) -> String {
            "/" + (Self.folder(ofJob: id) + [image.fileName(size)]).joined(separator: "/") + "?" + image.fingerprint
        }
        return (path(.full), path(.small))
    }

    private static let imageRoot = "job-files"

    /// Returns the folder of a job, as path components.
    private static func folder(ofJob id: String) -> [String] { [imageRoot, "job-\(id.prefix(4))", id] }
}
