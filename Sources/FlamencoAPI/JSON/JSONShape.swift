/// The JSON form of a declared type, for error messages.
package enum JSONShape {
    case optional, list, object, other

    /// Returns the shape of a type's values.
    package init(of type: Any.Type) {
        self =
            switch type {
            case is any OptionalType.Type: .optional
            case is any ListType.Type: .list
            case is any ObjectType.Type: .object
            default: .other
            }
    }

    /// Returns what a value of this type should be, for an error message.
    package static func expectation(of type: Any.Type) -> String {
        switch type {
        case let optional as any OptionalType.Type: expectation(of: optional.wrapped)
        case is JSONValue.Type: "a value"
        case is String.Type: "a string"
        case is Bool.Type: "true or false"
        case is any FixedWidthInteger.Type: "a whole number"
        case is any BinaryFloatingPoint.Type: "a number"
        case let list as any ListType.Type: "a list" + plural(of: list.element)
        default: choices(of: type) ?? "an object"
        }
    }

    /// Returns the values of an enumeration, for an error message; nil for all other types.
    package static func choices(of type: Any.Type) -> String? {
        func list<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String {
            "one of " + type.allCases.map { "\($0.rawValue)" }.joined(separator: ", ")
        }
        guard let type = type as? any (RawRepresentable & CaseIterable).Type else { return nil }
        return list(type)
    }

    /// Returns the first value of an enumeration of strings; nil for all other types.
    package static func firstChoice(of type: Any.Type) -> String? {
        func first<Choice: RawRepresentable & CaseIterable>(_ type: Choice.Type) -> String? {
            type.allCases.first.map { "\($0.rawValue)" }
        }
        guard let type = type as? any (RawRepresentable & CaseIterable).Type else { return nil }
        return first(type)
    }

    private static func plural(of element: Any.Type) -> String {
        switch element {
        case let optional as any OptionalType.Type: plural(of: optional.wrapped)
        case is String.Type: " of strings"
        case is any FixedWidthInteger.Type: " of whole numbers"
        case is any BinaryFloatingPoint.Type: " of numbers"
        case is any ListType.Type: " of lists"
        case is any ObjectType.Type: " of objects"
        default: ""
        }
    }
}

private protocol OptionalType {
    static var wrapped: Any.Type { get }
}

extension Optional: OptionalType {
    fileprivate static var wrapped: Any.Type { Wrapped.self }
}

private protocol ListType {
    static var element: Any.Type { get }
}

extension Array: ListType {
    fileprivate static var element: Any.Type { Element.self }
}

extension Set: ListType {
    fileprivate static var element: Any.Type { Element.self }
}

private protocol ObjectType {}

extension Dictionary: ObjectType where Key == String {}
