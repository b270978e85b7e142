extension BankKey {
    /// The key of these parts, each of them whole: an id with a slash in it is refused with `.invalidKey`, not split.
    package init(parts: [String]) throws(BankError) {
        for part in parts where part.isEmpty || part.utf8.contains(UInt8(ascii: "/")) {
            throw BankError(.invalidKey, "no part of a bank's key: \(String(part.prefix(100)).debugDescription)")
        }
        try self.init("/" + parts.joined(separator: "/"))
    }

    package var parts: [Substring] { path.split(separator: "/") }
}
