package import FlamencoAPI
import System

/// Which variables of the agent's own environment the programs get: those on a list, and none that is the agent's alone.
///
/// A list instead of all, since the agent's environment may hold secrets. On it are where things are (`PATH`, `HOME`,
/// `TMPDIR`, `LD_LIBRARY_PATH`, `XDG_*`), language and time zone, the display, and what renderers and graphics drivers are
/// steered by (`CUDA_*`, `NVIDIA_*`, `HIP_*`, `VK_*`, `OCIO`, `OMP_*`, `BLENDER_*`, …).
package struct EnvironmentFilter: Hashable, Sendable {
    /// The names on the list; a `*` stands for any characters, or none.
    package var allowed: [String]

    /// What is let through without further ado.
    package static let standard: [String] = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH", "DYLD_*", "XDG_*",
        "LANG", "LANGUAGE", "LC_*", "TZ", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY",
        "CUDA_*", "NVIDIA_*", "OPTIX_*", "__NV_*", "__GL_*", "__GLX_*", "__EGL_*", "EGL_*", "LIBGL_*", "MESA_*",
        "GALLIUM_*", "VK_*", "HIP_*", "HSA_*", "ROCR_*", "ROCM_*", "AMD_*", "GPU_*", "SYCL_*", "ONEAPI_*", "ZE_*",
        "OMP_*", "KMP_*", "MKL_*", "OCIO", "OCIO_*", "OIIO_*", "BLENDER_*", "CYCLES_*", "OPENIMAGEIO_*",
    ]

    /// What never goes to a program, whatever the list says: the agent's settings and secrets, and what its service
    /// manager means for the agent itself.
    private static let reserved: [String] = [
        "FLAMENCO_AGENT_*", "NOTIFY_SOCKET", "WATCHDOG_*", "LISTEN_*", "JOURNAL_STREAM",
        "CREDENTIALS_DIRECTORY", "INVOCATION_ID", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CACHE_DIRECTORY",
        "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY",
    ]

    /// The standard list, and these names.
    package init(alsoAllowing names: [String] = []) { allowed = Self.standard + names }

    /// What programs get of this environment.
    package func filter(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            !Self.isReserved(name) && allowed.contains { Self.matches(name[...], $0[...]) }
        }
    }

    /// Whether a name is the agent's alone, or a pattern has only such names.
    package static func isReserved(_ name: String) -> Bool { reserved.contains { matches(name[...], $0[...]) } }

    private static func matches(_ name: Substring, _ pattern: Substring) -> Bool {
        guard let star = pattern.firstIndex(of: "*") else { return name == pattern }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        guard name.hasPrefix(head) else { return false }
        if tail.isEmpty { return true }
        var rest = name.dropFirst(head.count)
        while !matches(rest, tail) { if rest.popFirst() == nil { return false } }
        return true
    }
}

/// What every program finds in its environment about the task that it runs for, and about the agent.
package enum TaskVariables {
    private static let (jobID, taskID, taskName, taskType, workerName, managerURL) = (
        "FLAMENCO_JOB_ID", "FLAMENCO_TASK_ID", "FLAMENCO_TASK_NAME", "FLAMENCO_TASK_TYPE", "FLAMENCO_WORKER_NAME",
        "FLAMENCO_MANAGER_URL"
    )

    /// Their names.
    package static let names = [jobID, taskID, taskName, taskType, workerName, managerURL]

    /// Those about a task. A name of a length that no program could be started with is cut; no variable can hold a NUL.
    package static func about(_ task: AssignedTask) -> [String: String] {
        [jobID: task.job, taskID: task.uuid, taskName: task.name, taskType: task.taskType].mapValues {
            VisibleText.line($0, mostBytes: 4096)
        }
    }

    /// Those about the agent; one without a manager says nothing of it.
    package static func about(worker: String, manager: String) -> [String: String] {
        [workerName: worker, managerURL: manager].filter { !$0.value.isEmpty }
    }
}
