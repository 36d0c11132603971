import FoundationEssentials
import Testing

@testable import Service

@Suite("How many images are kept")
struct LastRenderedImagesTests {
    private func image(_ size: Int) -> LastRenderedImage { LastRenderedImage(format: .png, data: Data(count: size)) }

    @Test("one a job, and of all jobs the newest that fit; a single one always does")
    func limit() {
        var images = LastRenderedImages(limit: 100)
        func kept() -> [String] { ["a", "b", "c", "d"].filter { images.image(ofJob: $0) != nil } }
        for (size, job, left) in [
            (40, "a", ["a"]), (40, "b", ["a", "b"]), (50, "a", ["a", "b"]), (10, "c", ["a", "b", "c"]),
            (20, "d", ["a", "c", "d"]), (60, "c", ["c", "d"]), (200, "a", ["a"]), (1, "b", ["b"]),
        ] {
            images.put(image(size), forJob: job)
            #expect(kept() == left, "after \(size) for \(job)")
            #expect(images.newestJob == job)
            #expect(images.size == left.compactMap { images.image(ofJob: $0)?.data.count }.reduce(0, +))
        }
        images.forget(job: "b")
        #expect(kept().isEmpty && images.size == 0 && images.newestJob == nil)
    }
}
