public import ExecutorKit

/// The built-in executors of the agent.
public enum BuiltinExecutors {
    /// All of them, with default settings.
    public static let all = all(blender: BlenderSettings())

    /// Returns all of them; add new ones here.
    ///
    /// - Parameter blender: the operator's settings for Blender.
    public static func all(blender: BlenderSettings) -> [any CommandExecutor] {
        [
            BlenderRenderExecutor(settings: blender),
            FramesToVideoExecutor(),
            CreateVideoExecutor(),
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

    /// `blender-render` without checking for errors that Blender survives, to measure the cost of these checks.
    package static let blenderRenderWithoutRules: any CommandExecutor = BlenderRenderExecutor(looksForTrouble: false)
}
