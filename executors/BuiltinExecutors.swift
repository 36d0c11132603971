public import ExecutorKit

/// The executors that come with the agent.
public enum BuiltinExecutors {
    /// All of them, with the settings that they have when nobody says otherwise.
    public static let all = all(blenderPythonExitCode: 1)

    /// All of them; a new one gets its line here.
    ///
    /// - Parameter blenderPythonExitCode: the status with which Blender ends when a script of the job fails; 0 to let it
    ///   render on.
    public static func all(blenderPythonExitCode: Int) -> [any CommandExecutor] {
        [
            BlenderRenderExecutor(pythonExitCode: blenderPythonExitCode),
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
