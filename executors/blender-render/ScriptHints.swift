/// What scripts of a job may do to its images, as far as their text shows it.
struct ScriptHints: Hashable {
    /// They may change the output path, or create other images.
    private(set) var mayChangeOutput = false
    /// They may move, rename or remove saved files.
    private(set) var mayMoveFiles = false
    /// They make Blender create empty files for frames that it starts.
    private(set) var usePlaceholders = false
    /// They make Blender skip existing frames.
    private(set) var keepExisting = false
    /// They may render by themselves.
    private(set) var mayRender = false

    private static let outputWords = [
        "filepath", "file_path", "base_path", "directory", "file_format", "file_slots", "media_type", "frame_path",
        "use_multiview", "views_format", "use_file_extension",
    ]
    private static let movingWords = [
        "handlers", "rename", "shutil", "unlink", "os.remove", "os.replace", ".replace(", "subprocess", "move(",
    ]

    /// - Parameter texts: the text of each script; nil if it cannot be read.
    init(_ texts: [String?]) {
        for text in texts {
            guard let text else {
                (mayChangeOutput, mayMoveFiles) = (true, true)
                continue
            }
            mayChangeOutput = mayChangeOutput || Self.outputWords.contains(where: text.contains)
            mayMoveFiles = mayMoveFiles || Self.movingWords.contains(where: text.contains)
            mayRender = mayRender || text.contains("ops.render")
            let isOff = ["False", "0"]
            usePlaceholders =
                usePlaceholders
                || !Self.values(of: "use_placeholder", in: text).allSatisfy { isOff.contains(String($0)) }
            keepExisting =
                keepExisting || Self.values(of: "use_overwrite", in: text).contains { isOff.contains(String($0)) }
        }
    }

    /// Returns the values assigned to an attribute, anywhere in the text; an empty string where it is only mentioned.
    private static func values(of name: String, in text: String) -> [Substring] {
        text.split(separator: name, omittingEmptySubsequences: false).dropFirst().map { rest in
            rest.drop { " '\",=".contains($0) }.prefix { $0.isLetter || $0.isNumber }
        }
    }
}
