/// One of the things that have to be right for an agent to work on this machine.
///
/// It changes nothing, and does not disturb an agent that runs.
package protocol DoctorCheck: Sendable {
    /// What it looks at, in a word or two.
    var name: String { get }

    /// Looks; whoever calls sets a limit to the time.
    func run() async -> DoctorFinding
}

/// What a check found.
package struct DoctorFinding: Hashable, Sendable {
    /// How it is.
    package enum Status: String, Encodable, Sendable {
        case ok
        /// The agent works, but not as somebody may want.
        case warning
        /// The agent cannot work, or not do some of its work.
        case failed
        /// There is nothing to look at.
        case notApplicable = "not_applicable"
    }

    package var status: Status
    /// What is so, without a full stop.
    package var finding: String
    /// What to do about it.
    package var advice: String?

    package static func ok(_ finding: String) -> Self { Self(status: .ok, finding: finding) }
    package static func warning(_ finding: String, _ advice: String) -> Self {
        Self(status: .warning, finding: finding, advice: advice)
    }
    package static func failed(_ finding: String, _ advice: String) -> Self {
        Self(status: .failed, finding: finding, advice: advice)
    }
    package static func notApplicable(_ finding: String) -> Self { Self(status: .notApplicable, finding: finding) }
}
