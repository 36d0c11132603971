import HumanText
import Testing

@Suite("The nearest name")
struct NearestNameTests {
    @Test(
        "is found for slips of the hand, and for nothing else",
        arguments: [
            ("manger_url", "manager_url"), ("Nice", "nice"), ("workername", "worker_name"), ("colour", nil), ("", nil),
        ])
    func nearest(name: String, expected: String?) {
        #expect(NearestName.to(name, among: ["manager_url", "worker_name", "nice"]) == expected)
    }
}
