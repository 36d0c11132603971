package import FlamencoAPI
import System

/// Selects the variables of the agent's environment that programs get: those on a list, and none that is reserved for
/// the agent.
///
/// It is a list because the agent's environment may contain secrets. It has search paths (`PATH`, `HOME`, `TMPDIR`,
/// `LD_LIBRARY_PATH`, `XDG_*`), language and time zone, the display, and variables of renderers and graphics drivers
/// (`CUDA_*`, `NVIDIA_*`, `HIP_*`, `VK_*`, `OCIO`, `OMP_*`, `BLENDER_*`, …).
package struct EnvironmentFilter: Hashable, Sendable {
    /// The allowed names; a `*` matches any characters.
    package var allowed: [String]

    /// The variables that are passed by default.
    package static let standard: [String] = [
        "PATH", "HOME", "USER", "LOGNAME", "SHELL", "TMPDIR", "TMP", "TEMP", "LD_LIBRARY_PATH", "DYLD_*", "XDG_*",
        "LANG", "LANGUAGE", "LC_*", "TZ", "DISPLAY", "XAUTHORITY", "WAYLAND_DISPLAY",
        "CUDA_*", "NVIDIA_*", "OPTIX_*", "__NV_*", "__GL_*", "__GLX_*", "__EGL_*", "EGL_*", "LIBGL_*", "MESA_*",
        "GALLIUM_*", "VK_*", "HIP_*", "HSA_*", "ROCR_*", "ROCM_*", "AMD_*", "GPU_*", "SYCL_*", "ONEAPI_*", "ZE_*",
        "OMP_*", "KMP_*", "MKL_*", "OCIO", "OCIO_*", "OIIO_*", "BLENDER_*", "CYCLES_*", "OPENIMAGEIO_*",
    ]

    /// The variables that programs never get, whatever the list contains: the agent's settings and secrets, and those
    /// of its service manager.
    private static let reserved: [String] = [
        "FLAMENCO_AGENT_*", "NOTIFY_SOCKET", "WATCHDOG_*", "LISTEN_*", "JOURNAL_STREAM",
        "CREDENTIALS_DIRECTORY", "INVOCATION_ID", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CACHE_DIRECTORY",
        "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY",
    ]

    /// Creates a filter with the default list and these names.
    package init(alsoAllowing names: [String] = []) { allowed = Self.standard + names }

    /// Returns the variables that programs get from this environment.
    package func filter(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            !Self.isReserved(name) && allowed.contains { Self.matches(name[...].utf8, $0[...].utf8) }
        }
    }

    /// Whether a name is reserved for the agent, or a pattern matches only such names.
    package static func isReserved(_ name: String) -> Bool {
        reserved.contains { matches(name[...].utf8, $0[...].utf8) }
    }

    /// Compares bytes, which is many times faster than comparing characters; the operating system does so too.
    private static func matches(_ name: Substring.UTF8View, _ pattern: Substring.UTF8View) -> Bool {
        guard let star = pattern.firstIndex(of: UInt8(ascii: "*")) else { return name.elementsEqual(pattern) }
        let (head, tail) = (pattern[..<star], pattern[pattern.index(after: star)...])
        guard name.starts(with: head) else { return false }
        if tail.isEmpty { return true }
        var rest = name.dropFirst(head.count)
        while !matches(rest, tail) { if rest.popFirst() == nil { return false } }
        return true
    }
}

/// The variables that describe the task and the agent in the environment of every program.
package enum TaskVariables {
    private static let (jobID, taskID, taskName, taskType, workerName, managerURL) = (
        "FLAMENCO_JOB_ID", "FLAMENCO_TASK_ID", "FLAMENCO_TASK_NAME", "FLAMENCO_TASK_TYPE", "FLAMENCO_WORKER_NAME",
        "FLAMENCO_MANAGER_URL"
    )

    /// Their names.
    package static let names = [jobID, taskID, taskName, taskType, workerName, managerURL]

    /// Returns the variables for a task. A name that would be too long to start a program is cut; variables cannot
    /// contain NUL.
    package static func about(_ task: AssignedTask) -> [String: String] {
        [jobID: task.job, taskID: task.uuid, taskName: task.name, taskType: task.taskType].mapValues {
            VisibleText.line($0, mostBytes: 4096)
        }
    }

    /// Returns the variables for the agent; without a manager, there is none for it.
    package static func about(worker: String, manager: String) -> [String: String] {
        [workerName: worker, managerURL: manager].filter { !$0.value.isEmpty }
    }
}
