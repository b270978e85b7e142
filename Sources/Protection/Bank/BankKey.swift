/// The name of an object in a bank: absolute, normalised, and unable to lead out of it.
///
/// Karbor's rules: `A–Z a–z 0–9 / _ . - @`, parts that are neither empty, `.` nor `..`, no slash at the end.
package struct BankKey: Hashable, Sendable, Comparable, CustomStringConvertible {
    package let path: String

    /// Throws `BankError.invalidKey`. Doubled slashes are folded into one.
    package init(_ text: String) throws(BankError) {
        let parts = text.split(separator: "/", omittingEmptySubsequences: true)
        guard text.hasPrefix("/"), !text.hasSuffix("/"), !parts.isEmpty, text.utf8.count <= 1024,
            parts.allSatisfy({ $0 != "." && $0 != ".." && $0.utf8.count <= 255 }),
            text.utf8.allSatisfy(Self.isAllowed)
        else { throw BankError(.invalidKey, "no key of a bank: \(String(text.prefix(100)).debugDescription)") }
        path = "/" + parts.joined(separator: "/")
    }

    package static func isAllowed(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "_"), UInt8(ascii: "."),
            UInt8(ascii: "-"), UInt8(ascii: "@"):
            true
        default: false
        }
    }

    package static func < (left: BankKey, right: BankKey) -> Bool { left.path < right.path }

    package var description: String { path }

    package func appending(_ part: String) throws(BankError) -> BankKey { try BankKey(path + "/" + part) }
}
