import ExecutorKit
import ManagerClient
import Spool

/// An error that only the operator of the node can mend: settings, or what they point at.
package protocol ConfigurationProblem: Error, CustomStringConvertible {}

extension SettingsError: ConfigurationProblem {}
extension StateDirectoryError: ConfigurationProblem {}
extension CredentialsError: ConfigurationProblem {}
extension SupervisorMissing: ConfigurationProblem {}
extension ManagerURLError: ConfigurationProblem {}
extension ControlGroupError: ConfigurationProblem {}
extension SpoolError: ConfigurationProblem {}
