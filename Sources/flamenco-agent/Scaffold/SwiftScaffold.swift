import CommandLineOptions

/// The beginnings of an executor in Swift, to be put into the package.
enum SwiftScaffold {
    static func files(_ name: String, type: String) -> [NewFolder.File] {
        [
            .init(name: "\(type)Executor.swift", text: executor(name, type: type)),
            .init(name: "\(type)Tests.swift", text: test(name, type: type)),
        ]
    }

    private static func executor(_ name: String, type: String) -> String {
        """
        import ExecutorKit

        /// `\(name)`: greets people.
        struct \(type)Executor: CommandExecutor {
            /// What stands in the `parameters` of the command in a job.
            struct Parameters: Decodable, Sendable {
                let names: [String]
            }

            let commandName = "\(name)"
            let taskType = "misc"

            func run(_ parameters: Parameters, in context: CommandContext) async throws {
                guard !parameters.names.isEmpty else { throw CommandFailure("there is nobody to greet") }
                for name in parameters.names {
                    context.activity("greeting \\(name)")
                    try await context.runToSuccess(Program("echo", ["Hello, \\(name)!"]))
                    context.stepCompleted()
                }
            }
        }

        """
    }

    private static func test(_ name: String, type: String) -> String {
        """
        import FlamencoAPI
        import TestSupport
        import Testing

        @Suite("\(name)")
        struct \(type)Tests {
            @Test("greets everybody")
            func greeting() async throws {
                let bench = try Bench()
                try await bench.run("\(name)", ["names": ["Ada", "Grace"]])
                #expect(bench.report.log.contains("\\nHello, Ada!\\n"))
                #expect(bench.report.activities == ["greeting Ada", "greeting Grace"])
                #expect(bench.report.steps == 2)
            }

            @Test("says why it failed")
            func nobody() async throws {
                #expect(try await Bench().failure("\(name)", ["names": []]) == "there is nobody to greet")
            }
        }

        """
    }
}
