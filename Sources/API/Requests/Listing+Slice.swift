/// Lists that are made here and not by a store: providers and instances.
extension Listing {
    /// Up to `limit` of what follows the marker. A marker that is not among them is refused, as in every other list.
    func slice<Element>(_ elements: [Element], id: (Element) -> String) throws(APIError) -> [Element] {
        var rest = elements[...]
        if let marker {
            guard let position = elements.firstIndex(where: { id($0).utf8.elementsEqual(marker.utf8) }) else {
                throw APIError(.notFound, "Marker \(marker.quoted(100)) could not be found.")
            }
            rest = elements[(position + 1)...]
        }
        return Array(rest.dropFirst(offset).prefix(limit))
    }
}
