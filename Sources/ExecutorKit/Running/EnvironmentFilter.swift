/// Which variables of the agent's own environment the programs get: those on a list, and none that is the agent's alone.
///
/// A list instead of all, since the agent's environment may hold secrets. On it are where things are (`PATH`, `HOME`,
/// `TMPDIR`, `LD_LIBRARY_PATH`, `XDG_*`), language and time zone, the display, and what renderers and graphics drivers are
/// steered by (`CUDA_*`, `NVIDIA_*`, `HIP_*`, `VK_*`, `OCIO`, `OMP_*`, `BLENDER_*`, …).
package struct EnvironmentFilter: Hashable, Sendable {
    /// The names on the list; a `*` at the end stands for anything.
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
    private static let refused: [String] = [
        "FLAMENCO_AGENT_*", "NOTIFY_SOCKET", "WATCHDOG_*", "LISTEN_*", "JOURNAL_STREAM",
        "CREDENTIALS_DIRECTORY", "INVOCATION_ID", "STATE_DIRECTORY", "RUNTIME_DIRECTORY", "CACHE_DIRECTORY",
        "LOGS_DIRECTORY", "CONFIGURATION_DIRECTORY",
    ]

    /// The standard list, and these names.
    package init(alsoAllowing names: [String] = []) { allowed = Self.standard + names }

    /// What programs get of this environment.
    package func filter(_ environment: [String: String]) -> [String: String] {
        environment.filter { name, _ in
            allowed.contains { Self.matches(name, $0) } && !Self.refused.contains { Self.matches(name, $0) }
        }
    }

    private static func matches(_ name: String, _ pattern: String) -> Bool {
        pattern.hasSuffix("*") ? name.hasPrefix(pattern.dropLast()) : name == pattern
    }
}
