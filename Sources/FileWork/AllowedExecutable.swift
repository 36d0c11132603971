package import SupervisorProtocol
package import System

/// A file that is executed only if the operator allows it, even if links are changed in the meantime.
///
/// It is opened below an allowed folder and executed by that descriptor. Scripts, and other interpreted formats, cannot
/// be: their interpreter needs a path. They are executed by their resolved path, and only if no untrusted user could
/// replace the file.
package struct AllowedExecutable {
    private let path: String
    private let allowed: AllowedPlaces
    private let trust: PathTrust

    /// - Parameters:
    ///   - path: an absolute path.
    ///   - trust: who may have write access to a script and the folders above it.
    package init(_ path: String, _ allowed: AllowedPlaces, _ trust: PathTrust) {
        self.path = path
        self.allowed = allowed
        self.trust = trust
    }

    /// Executes the file in place of this process; returns only if that failed.
    ///
    /// - Returns: the launch step of a rule that prevented it, nil if the system refused to execute it; and the reason.
    package func execute(
        _ arguments: borrowing CStrings, _ environment: borrowing CStrings
    ) -> (step: LaunchError.Step?, error: SystemError) {
        do {
            // Only the resolved path matters, not the location of its name.
            return try allowed.stable(path, endAlone: true, refusal: { FileRefusalError($0) }) { resolution in
                let folder = try allowed.folder(of: resolution.end)
                let name = resolution.end.split(separator: "/").last.map(String.init) ?? "."
                let error = folder.descriptor.execute(name, arguments, environment)
                if error.number == ELOOP { throw FileError("execute \(path)", error.number) }
                // ENOENT: a file that needs its path, which its interpreter does not get from the kernel because the
                // descriptor will be closed. ENOSYS: a kernel before 3.19.
                guard [ENOENT, ENOSYS].contains(error.number), try folder.status(name)?.kind == .file else {
                    return (nil, error)
                }
                guard trust.holds(for: resolution.end) else { return (.untrustedPath, SystemError(EACCES)) }
                return (nil, ChildProcess.execute(resolution.end, arguments, environment))
            }
        } catch let error as FileError {
            return (nil, SystemError(error.number))
        } catch {
            return (.notAllowed, SystemError(EACCES))
        }
    }
}
