import CPlatform

/// The code of the running program in memory.
package enum ProgramCode {
    /// Lets go of the pages of the program's code, most of which are needed only when it starts.
    ///
    /// Those that are needed again come back from the page cache one by one, which takes a minor fault each: for a process
    /// that will wait for long. Code of shared libraries stays, since other processes use it too.
    package static func releasePages() { platform_release_code() }
}
