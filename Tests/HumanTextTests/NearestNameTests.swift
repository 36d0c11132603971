import HumanText
import Testing

@Suite("The nearest name")
struct NearestNameTests {
    @Test(
        "is found for slips of the hand and for words of a name, and for nothing else",
        arguments: [
            ("manger_url", "manager_url"), ("Nice", "nice"), ("workername", "worker_name"), ("colour", nil), ("", nil),
            ("url", "manager_url"), ("name", "worker_name"), ("worker", "worker_name"), ("URL-manager", "manager_url"),
            ("ur", nil), ("me", nil), ("render_farm", nil),
        ])
    func nearest(name: String, expected: String?) {
        #expect(NearestName.to(name, among: ["manager_url", "worker_name", "nice"]) == expected)
    }

    @Test("is the shortest of those that have the word, unless another is nearer")
    func several() {
        #expect(
            NearestName.to("blender", among: ["frames-to-video", "blender-render-tiles", "blender-render"])
                == "blender-render")
        #expect(NearestName.to("strat", among: ["start", "stratum-one"]) == "start")
    }
}
