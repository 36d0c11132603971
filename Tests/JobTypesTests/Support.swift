import FlamencoAPI
import FoundationEssentials
import JobTypes

/// The settings of the contract's example job.
let exampleSettings: JobSettings = [
    "blender_cmd": "{blender}",
    "filepath": "/render/sf/jobs/scene123.blend",
    "render_output": "/render/sf/frames/scene123",
    "frames": "1-10",
    "chunk_size": 3,
    "fps": 24,
    "extract_audio": true,
    "images_or_video": "images",
    "format": "PNG",
    "output_file_extension": ".png",
]

extension JobType {
    /// The tasks for these settings, checked as a manager would.
    func tasks(_ settings: JobSettings) throws(SettingError) -> [TaskBlueprint] {
        try compile(CheckedSettings(settings, for: self), submittedAt: Date(timeIntervalSince1970: 1_647_343_864))
    }

    /// What these settings are warned of.
    func warnings(_ settings: JobSettings) -> [String] {
        let checked = CheckedSettings(settings, for: self)
        return (checked.warnings + warnings(checked)).map(\.description)
    }

    /// Why no tasks can be made of these settings.
    func problem(_ settings: JobSettings) -> String? {
        do throws(SettingError) {
            _ = try tasks(settings)
            return nil
        } catch {
            return error.description
        }
    }
}

extension Command {
    var arguments: [String] {
        guard case .array(let values) = parameters["args"] else { return [] }
        return values.compactMap(\.stringValue)
    }
}

/// A job type whose definition can be changed.
struct Changed: JobType {
    let name = "changed"
    let label = "Changed"
    let description = "Does nothing."
    let hint: String

    func settings(in dialect: APIDialect) -> [AvailableJobSetting] {
        [AvailableJobSetting(key: "k", type: .string, description: hint)]
    }

    func compile(_ settings: CheckedSettings, submittedAt time: Date, into tasks: inout TaskList) {}
}
