import FileWork
import Foundation
import SpoolSupport
import System
import TestSupport
import Testing

@testable import Agent
@testable import Spool

@Suite("Disks that are in the way", .timeLimit(.minutes(1)))
struct DiskProblemTests {
    @Test("are tried again every ten seconds until they are not, and told of when what is wrong changes")
    func patience() async throws {
        let clock = ManualClock()
        let problems = Recorder<String>()
        let tries = Recorder<Int>()
        let start = Task {
            try await PatientStart.run(clock: clock) {
                problems.add($0.description)
            } _: {
                tries.add(1)
                let number = [ENOSPC, ENOSPC, EIO].dropFirst(tries.all.count - 1).first
                if let number { throw StateDirectoryError(path: "/s", number: number) }
                return "up"
            }
        }
        for _ in 0..<3 {
            await clock.waitForSleepers()
            #expect(clock.pendingSleeps == [.seconds(10)])
            clock.advance(by: .seconds(10))
        }
        #expect(try await start.value == "up")
        #expect(
            problems.all == [
                "cannot use the state directory /s: no space left on device",
                "cannot use the state directory /s: input/output error",
            ])
    }

    @Test("are told from what only a person can mend")
    func kinds() async throws {
        func isOfDisk(_ number: Int32) -> [Bool] {
            [
                StateDirectoryError(path: "/s", number: number).isOfDisk,
                SpoolError(folder: "/s", FileError("open /s", number)).isOfDisk,
            ]
        }
        for number in [ENOSPC, EDQUOT, EROFS, EIO, ESTALE] { #expect(isOfDisk(number) == [true, true]) }
        for number in [EACCES, ENOTDIR, EMFILE] { #expect(isOfDisk(number) == [false, false]) }
        let tries = Recorder<Int>()
        await #expect(throws: StateDirectoryError.self) {
            try await PatientStart.run(clock: ManualClock(), waiting: { _ in }) {
                tries.add(1)
                throw StateDirectoryError(path: "/s", number: EACCES)
            }
        }
        #expect(tries.all == [1])
    }
}
