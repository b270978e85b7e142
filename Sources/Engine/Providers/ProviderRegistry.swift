/// The providers that were loaded at start, in the order of their ids.
package struct ProviderRegistry: Sendable {
    package let providers: [Provider]
    private let byID: [String: Provider]

    /// Of two with one id the last counts, as upstream has it.
    package init(_ providers: [Provider]) {
        byID = Dictionary(providers.map { ($0.id, $0) }, uniquingKeysWith: { $1 })
        self.providers = byID.values.sorted { $0.id < $1.id }
    }

    /// What users see of them.
    package var descriptions: [ProviderDescription] { providers.map(\.description) }

    package subscript(id: String) -> Provider? { byID[id] }
}
