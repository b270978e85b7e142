package import Telemetry

/// A token of the daemon's own. Two are the same if they came from the same renewal.
package struct ServiceToken: Sendable, Equatable {
    package let value: Secret<String>
    let generation: Int

    package static func == (left: ServiceToken, right: ServiceToken) -> Bool {
        left.generation == right.generation
    }
}
