import Engine

extension APIServices {
    /// The provider of that id, whatever the id looks like.
    func provider(_ id: String) throws(ServiceFault) -> ProviderDescription {
        guard let provider = providers.first(where: { $0.id == id }) else {
            throw .providerNotFound(id.quoted(100))
        }
        return provider
    }
}
