/// UUIDs as OpenStack writes them: 32 hexadecimal digits, dashes optional.
///
/// They are compared as text, as Karbor does; two spellings of one UUID are two ids.
enum UUIDText {
    static func isUUID(_ text: String) -> Bool {
        guard text.utf8.count <= 36 else { return false }
        var digits = 0
        for byte in text.utf8 where byte != UInt8(ascii: "-") {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "a")...UInt8(ascii: "f"),
                UInt8(ascii: "A")...UInt8(ascii: "F"):
                digits += 1
            default: return false
            }
        }
        return digits == 32
    }
}
