import FlamencoAPI
import FoundationEssentials
import Testing

@Suite("The enums of the contract")
struct WireEnumTests {
    /// Checks every value in both directions, one that nobody knows, and another JSON type.
    private func check<Value: WireEnum>(_ type: Value.Type, _ spellings: String) throws {
        let spellings = spellings.split(separator: " ").map(String.init)
        #expect(Value.spellings.map(\.1).sorted() == spellings.sorted())
        for spelling in spellings {
            let value = try WireJSON.decode([Value].self, from: Data("[\"\(spelling)\"]".utf8))
            #expect(value.map(\.unknownSpelling) == [nil], "\(spelling) is known")
            #expect(value.map(\.description) == [spelling])
            #expect(String(decoding: try WireJSON.encode(value), as: UTF8.self) == "[\"\(spelling)\"]")
        }
        let unknown = try WireJSON.decode([Value].self, from: Data(#"["restart/ü"]"#.utf8))
        #expect(unknown == [.unknown("restart/ü")])
        #expect(String(decoding: try WireJSON.encode(unknown), as: UTF8.self) == #"["restart/ü"]"#)
        #expect(throws: JSONError(path: "[0]", problem: "expected a string, found 3")) {
            try WireJSON.decode([Value].self, from: Data("[3]".utf8))
        }
    }

    @Test("have every value of both dialects, spelled as there, and keep those they do not know")
    func spellings() throws {
        try check(WorkerStatus.self, "starting awake asleep error shutdown testing offline restart")
        try check(TaskStatus.self, "active canceled completed failed queued soft-failed cancel-requested paused")
        try check(
            JobStatus.self,
            "active canceled completed construction-failed failed paused queued archived archiving cancel-requested fail-requested requeued under-construction waiting-for-files pause-requested requeueing"
        )
        try check(AvailableJobSettingVisibility.self, "visible hidden submission web")
        try check(AvailableJobSettingType.self, "string int32 float bool")
        try check(AvailableJobSettingSubtype.self, "file_path dir_path file_name hashed_file_path")
    }
}
