import CPlatform

/// The code of the running program in memory.
package enum ProgramCode {
    /// Releases the pages of the code of the program and of its libraries, most of which are needed only when it starts.
    ///
    /// Those that are needed again come back from the page cache, with a minor fault for some of them: for a process that is
    /// about to wait for a long time. Other processes that use the same libraries keep their pages.
    package static func releasePages() { platform_release_code() }
}
