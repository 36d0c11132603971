package import ExecutorKit

#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

extension ProgramUser {
    /// The user of `run_as_user`; nil without the setting.
    ///
    /// - Throws: ``SettingsError`` when there is no such user, or programs of this process cannot become one.
    package init?(runAsUser name: String?) throws(SettingsError) {
        guard let name else { return nil }
        guard let user = ProgramUser(named: name) else {
            throw SettingsError("“run_as_user”: there is no user “\(name)” on this machine")
        }
        guard geteuid() == 0 || geteuid() == user.id else {
            throw SettingsError("“run_as_user” needs an agent that runs as root")
        }
        self = user
    }
}
