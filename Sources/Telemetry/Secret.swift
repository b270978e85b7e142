/// A value that cannot be printed: a token, a password, a key.
///
/// Every way Swift has of turning a value into text gives `<redacted>`: interpolation, `print`, `dump`, reflection, the
/// description of anything that holds it. It is not `Codable` on purpose: a secret is written down only where the code
/// says `reveal()`, and those places can be searched for.
package struct Secret<Value: Sendable>: Sendable {
    private let value: Value

    package init(_ value: Value) {
        self.value = value
    }

    /// The value itself, for the one call that needs it. Never keep what this returns longer than that call.
    package func reveal() -> Value { value }

    /// The same secret in another form, such as a password inside a request body.
    package func map<Other: Sendable, Failure: Error>(
        _ transform: (Value) throws(Failure) -> Other
    ) throws(Failure) -> Secret<Other> {
        Secret<Other>(try transform(value))
    }
}

extension Secret: CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable, CustomLeafReflectable {
    package var description: String { "<redacted>" }
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: EmptyCollection<Mirror.Child>()) }
}

extension Secret: Equatable where Value: Equatable {
    /// Strings and bytes are compared in a time that depends on their lengths only, so that an attacker who can make us
    /// compare learns nothing of where they differ.
    package static func == (left: Secret, right: Secret) -> Bool {
        if let left = left.value as? String, let right = right.value as? String {
            return equalInConstantTime(left.utf8, right.utf8)
        }
        if let left = left.value as? [UInt8], let right = right.value as? [UInt8] {
            return equalInConstantTime(left, right)
        }
        return left.value == right.value
    }
}

extension Secret: Hashable where Value: Hashable {
    package func hash(into hasher: inout Hasher) {
        hasher.combine(value)
    }
}

/// Looks at every byte of both, whatever it finds.
private func equalInConstantTime(_ left: some Collection<UInt8>, _ right: some Collection<UInt8>) -> Bool {
    guard left.count == right.count else { return false }
    var difference: UInt8 = 0
    for (one, other) in zip(left, right) { difference |= one ^ other }
    return difference == 0
}
