import HumanText
import System

/// Help texts: paragraphs and lists, wrapped to the width of the terminal, at most ``mostColumns``.
public struct HelpText: Sendable {
    /// The width that no line is above, wherever the help is printed.
    public static let mostColumns = 100
    private static let fewestColumns = 50
    /// Terms that are longer have their text below them.
    private static let widestTerm = 34

    private let columns: Int
    private var blocks: [String] = []

    /// An empty text.
    ///
    /// - Parameter columns: the width; that of the terminal when absent.
    public init(columns: Int? = nil) {
        let width = columns ?? BorrowedDescriptor.standardOutput.columns ?? Self.mostColumns
        self.columns = min(max(width, Self.fewestColumns), Self.mostColumns)
    }

    /// The whole text, without a line feed at the end.
    public var text: String { blocks.joined(separator: "\n\n") }

    /// Adds a paragraph, whose backticks become quotation marks.
    public mutating func add(paragraph text: String) {
        if !text.isEmpty { blocks.append(lines(Self.quoted(text)).joined(separator: "\n")) }
    }

    /// Adds lines as they are.
    public mutating func add(verbatim text: String) { blocks.append(text) }

    /// Adds a heading with terms, each with its meaning beside it.
    ///
    /// - Parameter width: how wide the column of terms is; as they need when absent.
    public mutating func add(_ heading: String, _ terms: [(term: String, meaning: String)], termWidth width: Int? = nil)
    {
        if terms.isEmpty { return }
        let column = width ?? Self.width(of: terms.map(\.term))
        var rows = heading.isEmpty ? [] : ["\(heading):"]
        for (term, meaning) in terms {
            let texts = lines(Self.quoted(meaning), indent: column + 4)
            if term.count > column {
                rows.append("  \(term)")
            } else {
                let space = String(repeating: " ", count: column - term.count + 2)
                rows.append("  \(term)\(space)\(texts.first ?? "")")
            }
            rows += texts.dropFirst(term.count > column ? 0 : 1).map {
                String(repeating: " ", count: column + 4) + $0
            }
        }
        blocks.append(rows.joined(separator: "\n"))
    }

    /// Adds the options of a command: its own, then those of each group.
    mutating func add(_ options: [CommandOption]) {
        let width = Self.width(of: options.map(\.usage))
        for group in options.groups {
            let members = options.filter { $0.group == group }
            add(
                group.isEmpty ? "Options" : group, members.map { ($0.usage, $0.helpWithDefault) }, termWidth: width)
        }
    }

    private static func width(of terms: [String]) -> Int { terms.map(\.count).filter { $0 <= widestTerm }.max() ?? 0 }

    private func lines(_ text: String, indent: Int = 0) -> [String] {
        WrappedText.lines(text, columns: max(columns - indent, 20))
    }

    /// The text as a terminal shows it: what is in backticks gets quotation marks.
    static func quoted(_ text: String) -> String { text.replacing("`", with: "\"") }
}

extension Sequence<CommandOption> {
    /// The groups in the order in which they come up first; those without one are first.
    var groups: [String] {
        var groups: [String] = []
        for option in self where !groups.contains(option.group) { groups.append(option.group) }
        return groups.filter(\.isEmpty) + groups.filter { !$0.isEmpty }
    }
}
