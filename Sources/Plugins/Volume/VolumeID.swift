/// The spelling of a volume's id that Cinder knows: small letters, with dashes where they belong.
///
/// Karbor takes any spelling of a UUID as the id of a resource, and users get theirs back.
enum VolumeID {
    /// What is no UUID stays as it is; Cinder says that there is none.
    static func canonical(_ text: String) -> String {
        let digits = text.filter { $0 != "-" }.lowercased()
        guard digits.utf8.count == 32, digits.utf8.allSatisfy({ Character(Unicode.Scalar($0)).isHexDigit }) else {
            return text
        }
        var rest = Substring(digits)
        return [8, 4, 4, 4, 12].map { length in
            defer { rest = rest.dropFirst(length) }
            return String(rest.prefix(length))
        }.joined(separator: "-")
    }
}
