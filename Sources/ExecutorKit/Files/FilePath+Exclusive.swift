#if os(Linux)
    import CPlatform
    import Glibc
#else
    import Darwin
#endif

extension FilePath {
    /// Renames in one step, or not at all when `destination` exists; gives the error number, or 0.
    static func renameExclusively(_ source: String, _ destination: String) -> Int32 {
        #if os(Linux)
            cplatform_renameat2_noreplace(source, destination) == 0 ? 0 : errno
        #else
            renamex_np(source, destination, UInt32(RENAME_EXCL)) == 0 ? 0 : errno
        #endif
    }
}
