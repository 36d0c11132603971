import ExecutorKit
import FoundationEssentials
import Synchronization

/// The JPEG that a program prints on its standard output.
///
/// Before and behind it stand the lines about the start and the end of the program. Those are UTF-8, in which no byte is
/// 0xFF, as the first one of a JPEG is, and the last but one.
final class PrintedImage: CommandReport {
    /// More than this is no preview.
    private static let mostBytes = 8 << 20

    private let bytes = Mutex(Data())

    /// The image; nil when there is none, or it is not whole.
    var jpeg: Data? {
        bytes.withLock { bytes in
            guard bytes.count < Self.mostBytes, let start = bytes.firstRange(of: [0xFF, 0xD8, 0xFF]),
                let last = bytes.lastIndex(of: 0xFF), last + 1 < bytes.endIndex, bytes[last + 1] == 0xD9
            else { return nil }
            return Data(bytes[start.lowerBound...(last + 1)])
        }
    }

    func log(_ piece: UnsafeRawBufferPointer) {
        bytes.withLock { $0.append(contentsOf: piece.prefix(Self.mostBytes - $0.count)) }
    }

    func activity(_ text: String) {}
    func stepCompleted() {}
    func outputProduced(_ path: String) {}
}
