import CommandLineOptions
import ExecutorKit

/// A new executor: a folder with a working example and its test.
struct Scaffold: Sendable {
    /// The languages of new executors.
    enum Language: String, CaseIterable, Sendable {
        case python, shell, swift
    }

    /// The name of the command, and of the folder.
    let name: String
    let files: [NewFolder.File]
    /// The next commands to run.
    let nextSteps: String

    /// A new executor for this command.
    ///
    /// - Parameter sources: the sources of the agent, for an executor in Swift: a folder or a Git URL.
    /// - Throws: ``UsageError`` when the name is not valid for a command.
    init(name: String, language: Language, sources: String) throws {
        guard name.wholeMatch(of: #/[a-z][a-z0-9]*(-[a-z0-9]+)*/#) != nil else {
            throw UsageError("the name of an executor should be one such as \"count-words\", but is \"\(name)\"")
        }
        self.name = name
        switch language {
        case .python:
            files = ScriptScaffold.python(name)
            nextSteps = "test it: \(name)/test.py"
        case .shell:
            files = ScriptScaffold.shell(name)
            nextSteps = "test it: \(name)/test.sh"
        case .swift:
            let type = name.split(separator: "-").map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
            files = SwiftScaffold.files(name, type: type, sources: sources)
            nextSteps = """
                build it: \(name)/build.sh
                test it: \(name)/test.sh
                """
        }
    }

    /// Writes the folder.
    ///
    /// - Returns: its path.
    /// - Throws: ``CommandError`` when it exists already, or cannot be written.
    func write(in parent: String) throws -> String {
        do throws(NewFolderError) {
            return try NewFolder(name: name, files: files).write(in: parent)
        } catch {
            throw CommandError(error.description)
        }
    }
}
