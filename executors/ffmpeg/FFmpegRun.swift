import ExecutorKit
import Synchronization

extension CommandContext {
    /// Runs FFmpeg to success; tells how far it is, and, when it fails, what it said last.
    func runFFmpeg(_ program: Program, totalFrames: Int?) async throws {
        struct State {
            var pace: Pace
            var lastMessage: String?
        }
        let state = Mutex(State(pace: Pace(.seconds(2), clock: clock)))

        do {
            try await runToSuccess(program) { line in
                switch FFmpegOutput(line) {
                case .progress(let progress):
                    if let frame = progress.frame, let totalFrames {
                        self.progress(Double(frame) / Double(totalFrames))
                    }
                    guard state.withLock({ $0.pace.isDue() }) else { return }
                    if let text = progress.activity(totalFrames: totalFrames) { activity(text) }
                case .message(let text): state.withLock { $0.lastMessage = text }
                case nil: break
                }
            }
        } catch let failure as CommandFailure {
            guard let reason = state.withLock({ $0.lastMessage }) else { throw failure }
            throw CommandFailure("\(failure): \(reason)")
        }
    }
}
