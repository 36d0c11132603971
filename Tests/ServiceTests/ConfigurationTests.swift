import Farm
import FlamencoAPI
import Service
import Testing

@Suite("What a manager says about itself", .enabled(if: Platform.own == .linux))
struct ConfigurationTests {
    private let manager = Manager(
        variables: {
            var variables = Variables.standard
            variables.set("farm", to: "/mnt/farm", on: "linux", isTwoWay: true)
            variables.set("farm", to: #"R:\"#, on: "windows", isTwoWay: true)
            variables.set("farm", to: #"S:\farm"#, on: "windows", for: .users, isTwoWay: true)
            return variables
        }(), storage: "/mnt/farm/jobs")

    @Test("the shared folder, as it is called on the manager")
    func configuration() async {
        #expect(
            await manager.ask("GET", "/api/v3/configuration").body
                == ["isFirstRun": false, "shamanEnabled": false, "storageLocation": "/mnt/farm/jobs"])
    }

    @Test(
        "the shared folder as it is called elsewhere",
        arguments: [
            ("users", "linux", "/mnt/farm/jobs"), ("users", "windows", #"S:\farm\jobs"#),
            ("workers", "windows", #"R:\jobs"#), ("workers", "darwin", "/mnt/farm/jobs"),
        ])
    func storage(audience: String, platform: String, location: String) async {
        let answer = await manager.ask("GET", "/api/v3/configuration/shared-storage/\(audience)/\(platform)")
        #expect(
            answer.body == [
                "location": .string(location), "audience": .string(audience), "platform": .string(platform),
                "shamanEnabled": false,
            ])
    }

    @Test("variables tell whether paths are turned into them")
    func variables() async {
        let answer = await manager.ask("GET", "/api/v3/configuration/variables/users/windows").body
        #expect(answer?["farm"] == ["value": #"S:\farm"#, "is_twoway": true])
        #expect(answer?["ffmpeg"] == ["value": "ffmpeg", "is_twoway": false])
        for path in ["variables", "shared-storage"] {
            #expect(await manager.ask("GET", "/api/v3/configuration/\(path)/nobody/linux").status == 404)
        }
    }
}
