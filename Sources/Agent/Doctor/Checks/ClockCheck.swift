import ExecutorKit
import FoundationEssentials
import ManagerClient
import Wording

/// Whether this machine and the manager agree on the time: files on shared storage and the times of logs are confusing
/// otherwise, and certificates may not be valid.
struct ClockCheck: DoctorCheck {
    let client: Result<ManagerClient, any Error>
    let clock: any Clock<Duration>
    var now: @Sendable () -> Date = { Date() }

    let name = "clock"

    /// More than this is worth a word.
    static let tolerance = 30.0

    func run() async -> DoctorFinding {
        do {
            let elapsed = clock.stopwatch()
            let before = now()
            guard let theirs = try await client.get().introduced().client.time() else {
                return .notApplicable("the manager does not say what time it has")
            }
            // The answer was made somewhere between, and says whole seconds.
            let middle = before.addingTimeInterval(elapsed().seconds / 2)
            let difference = middle.timeIntervalSince(theirs)
            guard abs(difference) > Self.tolerance else { return .ok("as the manager's, to \(Int(Self.tolerance)) s") }
            let span = DurationText.words(.seconds(abs(difference).rounded()))
            return .warning(
                "\(span) \(difference > 0 ? "ahead of" : "behind") the manager's",
                "let both machines take the time from NTP (timedatectl set-ntp true)")
        } catch {
            return .notApplicable("the manager cannot be asked")
        }
    }
}
