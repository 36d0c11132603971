public import ExecutorKit

/// The executors that come with the agent.
public enum BuiltinExecutors {
    /// All of them, with the settings that they have when nobody says otherwise.
    public static let all = all(blender: BlenderSettings())

    /// All of them; a new one gets its line here.
    ///
    /// - Parameter blender: what the operator says about Blender.
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

    /// `blender-render` without a look for errors that Blender survives: what that look costs is the difference.
    package static let blenderRenderWithoutRules: any CommandExecutor = BlenderRenderExecutor(looksForTrouble: false)
}
