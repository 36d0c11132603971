import Foundation
import Spool
import System
import Testing

@testable import Agent

@Suite("Where the image of an EXR file is")
struct EXRHeaderTests {
    /// A header with these channels, and other attributes around them.
    private func header(_ channels: [String]) -> Data {
        func attribute(_ name: String, _ type: String, _ value: Data) -> Data {
            Data("\(name)\0\(type)\0".utf8) + UInt32(value.count).littleEndianBytes + value
        }
        let list = channels.reduce(Data()) { $0 + Data("\($1)\0".utf8) + Data(count: 16) } + Data([0])
        return Data([0x76, 0x2F, 0x31, 0x01, 2, 0, 0, 0])
            + attribute("Camera", "string", Data("channels\0chlist\0".utf8)) + attribute("channels", "chlist", list)
            + attribute("compression", "compression", Data([3])) + Data([0, 1, 2, 3])
    }

    @Test(
        "at the top, else in the combined pass, else in the first layer with colours",
        arguments: [
            (["B", "G", "R"], nil), (["Y"], nil), (["A", "B", "G", "R", "Depth.Z"], nil),
            (["V.Combined.A", "V.Combined.B", "V.Combined.G", "V.Combined.R"], "V.Combined"),
            (
                ["A.Diffuse.B", "A.Diffuse.G", "A.Diffuse.R", "V.Combined.B", "V.Combined.G", "V.Combined.R"],
                "V.Combined"
            ),
            (["Combined.B", "Combined.G", "Combined.R"], "Combined"),
            (["Mist.Z", "beauty.B", "beauty.G", "beauty.R"], "beauty"),
            (["Vector.R", "beauty.B", "beauty.G", "beauty.R"], "beauty"),
            (["Depth.Z"], nil), ([], nil),
        ] as [([String], String?)])
    func layers(channels: [String], layer: String?) throws {
        let header = try #require(EXRHeader(header(channels)))
        #expect(header.channels == channels)
        #expect(header.layer == layer)
    }

    @Test("a file that is none, and one that is cut off anywhere or damaged, does no harm")
    func broken() {
        #expect(EXRHeader(Data("PNG".utf8)) == nil)
        #expect(EXRHeader(Data()) == nil)
        let whole = header(["V.Combined.B", "V.Combined.G", "V.Combined.R"])
        for size in 8..<whole.count {
            let cut = EXRHeader(whole.prefix(size))
            #expect(cut?.layer == nil || cut?.layer == "V.Combined")
        }
        for index in 8..<whole.count {
            var damaged = whole
            damaged[index] = 0xFF
            #expect(EXRHeader(damaged) != nil)
        }
    }
}
