import FlamencoAPI
import Testing

@testable import manager_lite

@Suite("What changed on a farm")
struct FarmNewsTests {
    private static func farm(_ states: FarmSnapshot.State...) -> FarmSnapshot {
        var farm = FarmSnapshot()
        for state in states { farm.put(state) }
        return farm
    }

    private static func job(_ status: String) -> FarmSnapshot.State {
        FarmSnapshot.State(kind: "job", id: "j", name: "shot", status: status)
    }

    @Test("is told of jobs, tasks and workers, with what was before")
    func changes() {
        let task = ManagerLiteTests.task("render", "misc", .active, worker: "gpu")
        let before = Self.farm(
            FarmSnapshot.State(kind: "worker", id: "w", name: "gpu", status: "awake"), Self.job("queued"),
            FarmSnapshot.State(ManagerLiteTests.task("render"), of: "j"))
        let after = Self.farm(
            FarmSnapshot.State(kind: "worker", id: "w", name: "gpu", status: "awake"), Self.job("active"),
            FarmSnapshot.State(task, of: "j"),
            FarmSnapshot.State(kind: "worker", id: "v", name: "cpu", status: "starting"))
        #expect(
            FarmNews.between(before, after).map(\.sentence) == [
                "job shot is active, was queued", "task render of job shot is active, was queued (worker gpu)",
                "worker cpu is starting",
            ])
        #expect(FarmNews.between(after, after).isEmpty)
    }

    @Test("a job that is gone takes its tasks with it")
    func gone() {
        let before = Self.farm(Self.job("queued"), FarmSnapshot.State(ManagerLiteTests.task("render"), of: "j"))
        #expect(FarmNews.between(before, FarmSnapshot()).map(\.sentence) == ["job shot is deleted, was queued"])
    }
}
