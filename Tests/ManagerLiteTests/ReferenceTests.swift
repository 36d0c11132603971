import Testing

@testable import manager_lite

@Suite("What somebody names on a command line")
struct ReferenceTests {
    private struct Thing {
        let id: String
        let name: String
    }

    private static let things = [
        Thing(id: "1a2b3c4d-0000-4000-8000-000000000001", name: "shot"),
        Thing(id: "1a2b3c4d-0000-4000-8000-000000000002", name: "shot"),
        Thing(id: "9f8e7d6c-0000-4000-8000-000000000003", name: "comp"),
    ]

    private static func find(_ text: String) -> String {
        do throws(ReferenceError) {
            return try Reference(text: text).one(
                of: things, kind: "job", id: \.id, name: \.name, state: { _ in "queued" }
            )
            .id
        } catch {
            return error.description
        }
    }

    @Test(
        "is a name, an identity, or the beginning of one",
        arguments: [
            ("comp", "9f8e7d6c-0000-4000-8000-000000000003"), ("9F8E", "9f8e7d6c-0000-4000-8000-000000000003"),
            ("1A2B3C4D-0000-4000-8000-000000000002", "1a2b3c4d-0000-4000-8000-000000000002"),
            (
                "shot",
                "\"shot\" matches 2 jobs: use the first characters of an ID, \(things[0].id) (queued), \(things[1].id) (queued)"
            ),
            (
                "1a2b",
                "\"1a2b\" matches 2 jobs: use the first characters of an ID, \(things[0].id) (queued), \(things[1].id) (queued)"
            ),
            ("9f", "there is no job \"9f\""), ("cmop", "there is no job \"cmop\"; did you mean \"comp\"?"),
        ])
    func lookup(text: String, found: String) {
        #expect(Self.find(text) == found)
    }
}
