/// The environment variable by which the processes of a tree are known when nothing else ties them together any more.
package enum TreeMarker {
    /// Its name; its value is different for every program that is run.
    package static let name = "FLAMENCO_TASK_TREE"
}
