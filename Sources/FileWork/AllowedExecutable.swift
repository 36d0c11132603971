package import SupervisorProtocol

#if os(Linux)
    import CPlatform
    import Glibc
#else
    import Darwin
#endif

/// A file that is executed only if it is among those that the operator allows, whoever changes links meanwhile.
///
/// It is opened below an allowed folder and executed by that descriptor. Scripts, and other formats that something else
/// reads, cannot be: what reads them needs a path. They are executed by their resolved path, and only if nobody who is not
/// trusted could put another file there.
package struct AllowedExecutable {
    private let path: String
    private let allowed: AllowedPlaces
    private let trust: PathTrust

    /// - Parameters:
    ///   - path: absolute.
    ///   - trust: who may be able to write a script and the folders above it.
    package init(_ path: String, _ allowed: AllowedPlaces, _ trust: PathTrust) {
        self.path = path
        self.allowed = allowed
        self.trust = trust
    }

    /// Makes this process the program; comes back only when that did not work.
    ///
    /// - Returns: the step that a rule stopped; nil when the system refused to execute it, for the reason in `errno`.
    package func execute(
        _ arguments: inout [UnsafeMutablePointer<CChar>?], _ environment: inout [UnsafeMutablePointer<CChar>?]
    ) -> LaunchFailure.Step? {
        do {
            // Only what is at the end counts, not where its name is.
            return try allowed.stable(path, endAlone: true, refusal: { FileRefusal($0) }) { resolution in
                let folder = try allowed.folder(of: resolution.end)
                let name = resolution.end.split(separator: "/").last.map(String.init) ?? "."
                #if os(Linux)
                    platform_execute_in_folder(folder.descriptor.number, name, arguments, environment)
                #else
                    errno = ENOSYS
                #endif
                let problem = errno
                if problem == ELOOP { throw FileError("execute \(path)", problem) }
                // ENOENT: a file that needs its path, which the kernel keeps from what reads it, as the descriptor will be
                // closed then. ENOSYS: a kernel before 3.19.
                guard [ENOENT, ENOSYS].contains(problem), try folder.status(name)?.kind == .file else {
                    errno = problem
                    return nil
                }
                guard trust.holds(for: resolution.end) else {
                    errno = EACCES
                    return .untrustedPath
                }
                execve(resolution.end, arguments, environment)
                return nil
            }
        } catch let error as FileError {
            errno = error.number
            return nil
        } catch {
            errno = EACCES
            return .notAllowed
        }
    }
}
