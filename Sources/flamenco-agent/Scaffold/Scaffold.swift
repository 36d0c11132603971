import CommandLineOptions
import ExecutorKit

/// The beginnings of an executor: a folder with something that works, and a test of it.
struct Scaffold: Sendable {
    /// The languages that there are beginnings for.
    enum Language: String, CaseIterable, Sendable {
        case python, shell, swift
    }

    /// The name of the command, and of the folder.
    let name: String
    let files: [NewFolder.File]
    /// What to do with it, for the person who asked for it.
    let nextSteps: String

    /// The beginnings of an executor for this command.
    ///
    /// - Parameter sources: where the sources of the agent are, for an executor in Swift: a folder or a Git URL.
    /// - Throws: ``UsageError`` when the name cannot be that of a command.
    init(name: String, language: Language, sources: String) throws {
        guard name.wholeMatch(of: #/[a-z][a-z0-9]*(-[a-z0-9]+)*/#) != nil else {
            throw UsageError("a new executor should have a name such as “count-words”, but has “\(name)”")
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
    /// - Returns: where it is.
    /// - Throws: ``CommandError`` when it is there already, or cannot be written.
    func write(in parent: String) throws -> String {
        do throws(NewFolderError) {
            return try NewFolder(name: name, files: files).write(in: parent)
        } catch {
            throw CommandError(error.description)
        }
    }
}
