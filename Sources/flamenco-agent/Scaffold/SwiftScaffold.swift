import CommandLineOptions
import Foundation

/// A new executor in Swift: a package that depends on that of the agent.
enum SwiftScaffold {
    /// - Parameters:
    ///   - type: the name of the command in the form of a type name.
    ///   - sources: the sources of the agent: a folder, relative to that of the executor, or a Git URL.
    static func files(_ name: String, type: String, sources: String) -> [NewFolder.File] {
        [
            .init(name: "executor.json5", text: ScriptScaffold.manifest(name, program: "bin/\(name)")),
            .init(name: "Package.swift", text: package(name, sources: sources)),
            .init(name: "Sources/\(type)Executor.swift", text: executor(name, type: type)),
            .init(name: "build.sh", text: build(name), isExecutable: true),
            .init(name: "test.sh", text: ScriptScaffold.shellTest(name), isExecutable: true),
        ]
    }

    private static func package(_ name: String, sources: String) -> String {
        let isURL = sources.contains("://") || sources.contains("@")
        let location =
            isURL ? "url: \"\(sources)\", branch: \"main\"" : "name: \"flamenco-agent\", path: \"\(sources)\""
        // For SwiftPM, a package in a Git repository has the name of the repository.
        let last = URL(filePath: sources).lastPathComponent
        let identity = !isURL ? "flamenco-agent" : last.hasSuffix(".git") ? String(last.dropLast(4)) : last
        return """
            // swift-tools-version: 6.0
            import PackageDescription

            let package = Package(
                name: "\(name)",
                // The sources of Flamenco Agent.
                dependencies: [.package(\(location))],
                targets: [
                    .executableTarget(
                        name: "\(name)", dependencies: [.product(name: "ExecutorKit", package: "\(identity)")],
                        path: "Sources")
                ]
            )

            """
    }

    private static func executor(_ name: String, type: String) -> String {
        """
        import ExecutorKit

        /// `\(name)`: greets people.
        @main
        struct \(type)Executor: ExecutorProgram {
            /// The `parameters` of the command in a job.
            struct Parameters: Decodable, Sendable {
                let names: [String]
            }

            let commandName = "\(name)"
            let taskType = "misc"

            func run(_ parameters: Parameters, in context: CommandContext) async throws {
                guard !parameters.names.isEmpty else { throw CommandError("no names were given") }
                for name in parameters.names {
                    context.activity("greeting \\(name)")
                    try await context.runToSuccess(Program("echo", ["Hello, \\(name)!"]))
                    context.stepCompleted()
                }
            }
        }

        """
    }

    private static func build(_ name: String) -> String {
        """
        #!/usr/bin/env bash
        # Builds the program and puts it where executor.json5 expects it. Arguments go to `swift build`.
        set -euo pipefail
        cd "$(dirname "$0")"
        [ $# -gt 0 ] || set -- -c release --static-swift-stdlib
        swift build "$@"
        install -D "$(swift build "$@" --show-bin-path)/\(name)" "bin/\(name)"

        """
    }
}
