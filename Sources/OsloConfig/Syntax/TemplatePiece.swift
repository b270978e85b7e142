/// A part of a text with `$names` in it.
enum TemplatePiece: Equatable {
    case text(String)
    case name(String)

    static func pieces(of text: String) -> [TemplatePiece] {
        var pieces: [TemplatePiece] = []
        var plain: [UInt8] = []
        var rest = dollarsDoubled(Array(text.utf8))[...]
        while let byte = rest.popFirst() {
            if byte == dollar, rest.first == dollar {
                rest.removeFirst()
                plain.append(dollar)
            } else if byte == dollar, let name = takeName(from: &rest) {
                if !plain.isEmpty { pieces.append(.text(String(decoding: plain, as: UTF8.self))) }
                plain = []
                pieces.append(.name(name))
            } else {
                plain.append(byte)
            }
        }
        if !plain.isEmpty { pieces.append(.text(String(decoding: plain, as: UTF8.self))) }
        return pieces
    }

    /// Every `\$` as `$$`, which oslo.config does before it looks for anything else.
    private static func dollarsDoubled(_ bytes: [UInt8]) -> [UInt8] {
        var result = bytes
        for index in bytes.indices.dropLast() where bytes[index] == backslash && bytes[index + 1] == dollar {
            result[index] = dollar
        }
        return result
    }

    /// A name, or one in braces. Takes nothing where there is none.
    private static func takeName(from rest: inout ArraySlice<UInt8>) -> String? {
        let isBraced = rest.first == UInt8(ascii: "{")
        let candidate = isBraced ? rest.dropFirst() : rest
        guard let first = candidate.first, isLetter(first) else { return nil }
        let name = candidate.prefix { isLetter($0) || $0 == UInt8(ascii: ".") || (0x30...0x39).contains($0) }
        let after = candidate.dropFirst(name.count)
        if isBraced, after.first != UInt8(ascii: "}") { return nil }
        rest = isBraced ? after.dropFirst() : after
        return String(decoding: name, as: UTF8.self)
    }

    private static let dollar = UInt8(ascii: "$")
    private static let backslash = UInt8(ascii: "\\")

    private static func isLetter(_ byte: UInt8) -> Bool {
        byte == UInt8(ascii: "_") || (0x61...0x7a).contains(byte | 0x20)
    }
}
