import FlamencoAPI
import FoundationEssentials

/// An image that a task made.
struct LastRenderedImage: Sendable {
    /// The formats that workers send.
    enum Format: String {
        case jpeg = "image/jpeg"
        case png = "image/png"

        /// What a file in the format begins with.
        var signature: [UInt8] {
            switch self {
            case .jpeg: [0xFF, 0xD8, 0xFF]
            case .png: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]
            }
        }

        var fileExtension: String {
            switch self {
            case .jpeg: "jpg"
            case .png: "png"
            }
        }
    }

    let format: Format
    let data: Data
    /// Changes with the image.
    let fingerprint: String

    init(format: Format, data: Data) {
        self.format = format
        self.data = data
        fingerprint = Fingerprint.of(data)
    }

    /// The name of the file that it is served as.
    var fileName: String { "last-rendered." + format.fileExtension }
}

/// The newest image of each job, as far as there is room: when all together are too large, those go that have not been
/// renewed for longest.
struct LastRenderedImages: Sendable {
    private let limit: Int
    private var images: [String: (image: LastRenderedImage, number: Int)] = [:]
    private var nextNumber = 0
    private(set) var size = 0

    /// No images.
    ///
    /// - Parameter limit: how many bytes all together may have; the newest is kept whatever it has.
    init(limit: Int = 128 << 20) { self.limit = limit }

    /// The newest image of a job.
    func image(ofJob id: String) -> LastRenderedImage? { images[id]?.image }

    /// The job that has the newest image of all.
    var newestJob: String? { images.max { $0.value.number < $1.value.number }?.key }

    /// Takes the place of the job's image.
    mutating func put(_ image: LastRenderedImage, forJob id: String) {
        forget(job: id)
        images[id] = (image, nextNumber)
        nextNumber += 1
        size += image.data.count
        while size > limit, images.count > 1, let oldest = images.min(by: { $0.value.number < $1.value.number }) {
            forget(job: oldest.key)
        }
    }

    mutating func forget(job id: String) {
        guard let old = images.removeValue(forKey: id) else { return }
        size -= old.image.data.count
    }
}
