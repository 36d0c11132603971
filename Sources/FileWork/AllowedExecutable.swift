package import SupervisorProtocol
package import System

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
    /// - Returns: the step that a rule stopped, nil when the system refused to execute it; and why.
    package func execute(
        _ arguments: borrowing CStrings, _ environment: borrowing CStrings
    ) -> (step: LaunchError.Step?, error: SystemError) {
        do {
            // Only what is at the end counts, not where its name is.
            return try allowed.stable(path, endAlone: true, refusal: { FileRefusalError($0) }) { resolution in
                let folder = try allowed.folder(of: resolution.end)
                let name = resolution.end.split(separator: "/").last.map(String.init) ?? "."
                let error = folder.descriptor.execute(name, arguments, environment)
                if error.number == ELOOP { throw FileError("execute \(path)", error.number) }
                // ENOENT: a file that needs its path, which the kernel keeps from what reads it, as the descriptor will be
                // closed then. ENOSYS: a kernel before 3.19.
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
