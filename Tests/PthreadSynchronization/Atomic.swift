import CRelaxedAtomics

/// What `Synchronization.Atomic` is, as far as this package uses it: whole numbers, yes and no, without any order of memory.
public struct Atomic<Value: AtomicValue>: ~Copyable, @unchecked Sendable {
    // Sendable, since it is changed by atomic operations alone.
    private let atomic: UnsafeMutablePointer<relaxed_atomic>

    /// An atomic that holds this value.
    public init(_ value: Value) { atomic = relaxed_atomic_make(value.number) }

    deinit { relaxed_atomic_free(atomic) }

    /// The value.
    public func load(ordering: AtomicOrdering) -> Value { Value(number: relaxed_atomic_load(atomic)) }

    /// Replaces the value.
    public func store(_ value: Value, ordering: AtomicOrdering) { _ = relaxed_atomic_exchange(atomic, value.number) }

    /// Replaces the value, and returns the one before.
    public func exchange(_ value: Value, ordering: AtomicOrdering) -> Value {
        Value(number: relaxed_atomic_exchange(atomic, value.number))
    }
}

extension Atomic where Value: FixedWidthInteger {
    /// Adds to the value, and returns both the old and the new one.
    @discardableResult
    public func wrappingAdd(_ number: Value, ordering: AtomicOrdering) -> (oldValue: Value, newValue: Value) {
        let new = Value(number: relaxed_atomic_add(atomic, number.number))
        return (new &- number, new)
    }

    /// As ``wrappingAdd(_:ordering:)``.
    @discardableResult
    public func add(_ number: Value, ordering: AtomicOrdering) -> (oldValue: Value, newValue: Value) {
        wrappingAdd(number, ordering: ordering)
    }
}

/// How an operation is ordered among others: another than this one has to be added here with its C.
public enum AtomicOrdering: Sendable { case relaxed }

/// What can be in an ``Atomic``.
public protocol AtomicValue: Sendable {
    /// The value, as C has it.
    var number: Int { get }
    /// The value that C has so.
    init(number: Int)
}

extension Int: AtomicValue {
    /// The number itself.
    public var number: Int { self }
    /// The number itself.
    public init(number: Int) { self = number }
}

extension Int64: AtomicValue {
    /// The number itself: `Int` is as wide here.
    public var number: Int { Int(self) }
    /// The number itself.
    public init(number: Int) { self = Int64(number) }
}

extension Bool: AtomicValue {
    /// 1 or 0.
    public var number: Int { self ? 1 : 0 }
    /// Whether it is not 0.
    public init(number: Int) { self = number != 0 }
}
