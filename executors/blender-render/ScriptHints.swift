/// What scripts of a job may do to its pictures, as far as their text shows it.
struct ScriptHints: Hashable {
    /// They may send pictures elsewhere, or make others.
    private(set) var mayChangeOutput = false
    /// They may move, rename or remove what was saved.
    private(set) var mayMoveFiles = false
    /// They make Blender mark frames that it begins with empty files.
    private(set) var usePlaceholders = false
    /// They make Blender leave frames alone that exist.
    private(set) var keepExisting = false

    private static let outputWords = [
        "filepath", "file_path", "base_path", "directory", "file_format", "file_slots", "media_type", "frame_path",
        "use_multiview", "views_format", "use_file_extension",
    ]
    private static let movingWords = [
        "handlers", "rename", "shutil", "unlink", "os.remove", "os.replace", ".replace(", "subprocess", "move(",
    ]

    /// - Parameter texts: the texts of the scripts; nil for one that cannot be read.
    init(_ texts: [String?]) {
        for text in texts {
            guard let text else {
                (mayChangeOutput, mayMoveFiles) = (true, true)
                continue
            }
            mayChangeOutput = mayChangeOutput || Self.outputWords.contains(where: text.contains)
            mayMoveFiles = mayMoveFiles || Self.movingWords.contains(where: text.contains)
            let isOff = ["False", "0"]
            usePlaceholders =
                usePlaceholders
                || !Self.values(of: "use_placeholder", in: text).allSatisfy { isOff.contains(String($0)) }
            keepExisting =
                keepExisting || Self.values(of: "use_overwrite", in: text).contains { isOff.contains(String($0)) }
        }
    }

    /// What is assigned to an attribute, everywhere in the text; an empty word where it is only mentioned.
    private static func values(of name: String, in text: String) -> [Substring] {
        text.split(separator: name, omittingEmptySubsequences: false).dropFirst().map { rest in
            rest.drop { " '\",=".contains($0) }.prefix { $0.isLetter || $0.isNumber }
        }
    }
}
