public import ExecutorKit

/// The executors that come with the agent.
public enum BuiltinExecutors {
    /// All of them; a new one gets its line here.
    public static let all: [any CommandExecutor] = [
        BlenderRenderExecutor(),
        FramesToVideoExecutor(),
        FFmpegExecutor(),
        ExecExecutor(),
        EchoExecutor(),
        SleepExecutor(),
        MakeDirectoryExecutor(),
        MoveDirectoryExecutor(),
        CopyFileExecutor(),
        RsyncCopyExecutor(),
    ]
}
