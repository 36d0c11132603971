/// The variables of a manager as they are for one platform (Flamenco 3: `ManagerVariables`), by their names.
public typealias ManagerVariables = [String: ManagerVariable]

/// The value of a variable (Flamenco 3: `ManagerVariable`).
public struct ManagerVariable: Codable, Hashable, Sendable {
    /// What takes the variable's place.
    public var value: String
    /// Whether the value is also turned back into the variable in what is submitted.
    public var isTwoWay: Bool

    /// A value of a variable.
    public init(value: String, isTwoWay: Bool = false) {
        self.value = value
        self.isTwoWay = isTwoWay
    }

    private enum CodingKeys: String, CodingKey {
        case value
        case isTwoWay = "is_twoway"
    }
}
