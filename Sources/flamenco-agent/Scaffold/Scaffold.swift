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
    /// - Throws: ``UsageError`` when the name cannot be that of a command.
    init(name: String, language: Language) throws {
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
            files = SwiftScaffold.files(name, type: type)
            nextSteps = """
                In the sources of Flamenco Agent:
                  move \(name)/\(type)Executor.swift to executors/\(name)/
                  move \(name)/\(type)Tests.swift to Tests/ExecutorsTests/
                  add the line “\(type)Executor(),” to the list in executors/BuiltinExecutors.swift
                  test it: swift build --build-tests && swift test --skip-build --filter \(type)Tests
                """
        }
    }

    /// Writes the folder.
    ///
    /// - Returns: where it is.
    /// - Throws: ``CommandFailure`` when it is there already, or cannot be written.
    func write(in parent: String) throws -> String {
        do throws(NewFolderError) {
            return try NewFolder(name: name, files: files).write(in: parent)
        } catch {
            throw CommandFailure(error.description)
        }
    }
}
