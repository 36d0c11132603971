import Wording

/// Rows of text in columns, for people.
public enum TextTable {
    /// A line for each row, its cells padded to the width of their column and made safe to show (`VisibleText`).
    public static func lines(_ rows: [[String]]) -> [String] {
        let rows = rows.map { $0.map { VisibleText.line($0) } }
        let columns = rows.map(\.count).max() ?? 0
        let widths = (0..<columns).map { column in
            rows.map { column < $0.count ? $0[column].count : 0 }.max() ?? 0
        }
        return rows.map { row in
            let end = row.lastIndex { !$0.isEmpty } ?? -1
            return row.indices.prefix(end + 1).map { column in
                let space = column == end ? 0 : widths[column] - row[column].count + 2
                return row[column] + String(repeating: " ", count: space)
            }.joined()
        }
    }
}
