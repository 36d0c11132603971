import Wording

/// Something about the machine that keeps a worker from taking tasks.
package enum MachineProblem: Hashable, Sendable {
    case missing(String)
    case notMounted(String)
    case notReadable(String, reason: String)
    case notWritable(String, reason: String)
    /// The system refuses to say anything about it.
    case unusable(String, reason: String)
    /// Looking at it takes for ever, as on a network mount whose server is gone.
    case noAnswer(String)
    /// The disk of this folder is too full.
    case littleSpace(String, free: Int, minimum: Int)

    /// The problem without what changes while it stays the same one.
    var kind: MachineProblem {
        if case .littleSpace(let folder, _, let minimum) = self {
            return .littleSpace(folder, free: 0, minimum: minimum)
        }
        return self
    }
}

extension MachineProblem: CustomStringConvertible {
    /// A part of a sentence.
    package var description: String {
        switch self {
        case .missing(let path): "\(path) does not exist"
        case .notMounted(let path): "nothing is mounted at \(path)"
        case .notReadable(let path, let reason): "\(path) cannot be read: \(reason)"
        case .notWritable(let path, let reason): "\(path) cannot be written: \(reason)"
        case .unusable(let path, let reason): "\(path) cannot be used: \(reason)"
        case .noAnswer(let path): "\(path) does not answer"
        case .littleSpace(let folder, let free, let minimum):
            "the disk of \(folder) has \(ByteCountText.words(free)) free, and should have \(ByteCountText.words(minimum))"
        }
    }
}
