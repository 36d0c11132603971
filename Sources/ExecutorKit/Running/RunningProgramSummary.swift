/// A program that runs at the moment.
package struct RunningProgramSummary: Hashable, Sendable {
    /// What people call it.
    package let name: String
    /// Its process; absent until it has begun.
    package let process: Int32?
    /// The process of its supervisor, which all of its tree descends from.
    package let supervisor: Int32
}
