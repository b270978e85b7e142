/// `type:name:interfaceURL`, as in `volumev3:cinderv3:publicURL`.
package struct CatalogInfo: Sendable, Hashable {
    package var type: String
    package var name: String
    package var interface: EndpointInterface

    package init(type: String, name: String, interface: EndpointInterface) {
        self.type = type
        self.name = name
        self.interface = interface
    }

    /// Nil unless it has three parts and a type.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 3, !parts[0].isEmpty, let interface = EndpointInterface(parts[2]) else { return nil }
        self.init(type: parts[0], name: parts[1], interface: interface)
    }
}
