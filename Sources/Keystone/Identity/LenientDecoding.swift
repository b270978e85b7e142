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

    // The decoder has a short way for these, which a generic function does not find. Most fields are of them.

    package func lenient(_ type: String.Type, _ key: Key) -> String? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    package func lenient(_ type: Int.Type, _ key: Key) -> Int? {
        (try? decodeIfPresent(type, forKey: key)) ?? nil
    }

    /// A word of a service's own.
    package func lenient<Word: Decodable & RawRepresentable>(
        _ type: Word.Type, _ key: Key
    ) -> Word? where Word.RawValue == String {
        lenient(String.self, key).flatMap(Word.init(rawValue:))
    }
}

extension LenientArray: Sendable where Element: Sendable {}
