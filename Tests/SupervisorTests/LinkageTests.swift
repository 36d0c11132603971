import TestSupport
import Testing

@Suite("What the task supervisor is made of", .timeLimit(.minutes(1)))
struct LinkageTests {
    @Test("it uses no part of Swift that would cost every running program memory")
    func linkage() async throws {
        let nm = try RunningProgram(
            "/usr/bin/nm", ["-D", "--undefined-only", BuiltProducts.path("task-supervisor")])
        let (exit, output) = await nm.end()
        #expect(exit == .status(0), "\(output)")
        let symbols = output.split(separator: "\n").compactMap { $0.split(separator: " ").last }
        #expect(symbols.contains { $0.hasPrefix("swift_") })
        // As they are in symbols: Foundation, regular expressions (`contains` of a string is one), and tasks.
        for part in ["10Foundation", "20FoundationEssentials", "17_StringProcessing", "12_RegexParser", "swift_task_"] {
            #expect(symbols.filter { $0.contains(part) } == [])
        }
    }
}
