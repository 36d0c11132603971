/// What the supervisor is asked to run.
public struct LaunchOrder: Sendable {
}
