/// Chance as a parameter: numbers from 0 up to 1.
package struct Jitter: Sendable {
    package let next: @Sendable () -> Double

    package init(_ next: @escaping @Sendable () -> Double) {
        self.next = next
    }

    package static let random = Jitter { Double.random(in: 0..<1) }
}
