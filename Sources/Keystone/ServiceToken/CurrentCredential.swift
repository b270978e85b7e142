import Loop

/// The daemon's credential as it is now: a reload of the configuration replaces it.
package final class CurrentCredential: Sendable {
    private let state: Locked<Credential>

    package init(_ credential: Credential) {
        state = Locked(credential)
    }

    package var value: Credential { state.withLock { $0 } }

    /// For the same Keystone, trusted in the same way: its clients are made once.
    package func replace(with credential: Credential) {
        state.withLock { $0 = credential }
    }
}
