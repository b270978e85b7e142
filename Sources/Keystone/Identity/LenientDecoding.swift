/// A list of which the elements that cannot be read are left out.
package struct LenientArray<Element: Decodable>: Decodable {
    package var elements: [Element] = []

    package init(from decoder: any Decoder) throws {
        var list = try decoder.unkeyedContainer()
        while !list.isAtEnd {
            if let element = try? list.decode(Element.self) {
                elements.append(element)
            } else {
                // A failed decode does not move on by itself.
                _ = try list.decode(Anything.self)
            }
        }
    }

    private struct Anything: Decodable {
        init(from decoder: any Decoder) throws {}
    }
}

extension KeyedDecodingContainer {
    /// The value, or nil if it is absent, null or of another type.
    package func lenient<Value: Decodable>(_ type: Value.Type, _ key: Key) -> Value? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }
}

extension LenientArray: Sendable where Element: Sendable {}
